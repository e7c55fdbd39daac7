"""Makes training folders out of what people have.

`portraits` from their photos, with `squares` and `duplicates`; `nyu` from the depth
data set of that name, which `matlab` reads; `flickr` from the search of that name, with
its `photos`, their `links`, and `web` to ask it politely.
"""
