"""How good the lens is, beside simpler ones, and what it costs.

Renderers get a sharp photo and its disparity; their pictures are compared with the
exact answer, of scenes that darkroom.scenes makes. Read in this order: `truth`, `hair`
and `planes` (what is compared with), `renderers` (what is compared), `scores`,
`comparison` and `wrong_depth` (how), `cost`.

    python -m benchmarks.lens
"""
