"""A library of photos, rendered by many processes or machines, on Apache Beam.

`plan` says which photos there are, what each becomes and which are done; `renderer`
renders one; `pipeline` spreads them over workers; `summary` tells what came of it.
"""
