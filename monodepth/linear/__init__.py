"""A small depth network for a dozen measured scenes: what `monodepth.fit` makes.

With so few scenes to learn from, a decoder learns them by heart. A linear readout of
features that know what things look like (Alain, Bengio 2016, "linear probes") has 99
numbers, found exactly by ridge regression (Hoerl, Kennard 1970): `mobilenet` is the
encoder, `readout` what is fitted.
"""
