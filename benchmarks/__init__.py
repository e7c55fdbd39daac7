"""What the networks and the lens cost, and how good the lens is.

`python -m benchmarks.pynet`, monodepth, cyclegan and litert measure costs and print
them beside those of the original programs; `python -m benchmarks.lens` compares the
lens with simpler ones. `harness` measures, `table` prints.
"""
