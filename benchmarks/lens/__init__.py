"""How good the lens is, beside simpler ones, and what it costs.

Renderers get a sharp photo and its disparity; what they make is compared with the
exact answer. Read the files in this order: `truth` (what is compared with),
`renderers` and `gather` (what is compared), `scores` and `comparison` (how),
`properties` (what must hold whatever the scene), `cost`, `report` (all of it),
`targets`, `table` and `sheet` (how it is shown).

    python -m benchmarks.lens
"""
