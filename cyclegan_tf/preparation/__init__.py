"""Makes training folders out of what people have.

`portraits` from their photos, without `duplicates`; `nyu` from the depth data set of
that name, which `matlab` reads; `flickr` from the search of that name, with its
`links`, and `web` to ask it politely.
"""
