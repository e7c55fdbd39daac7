"""A small depth network over a pretrained encoder: what `monodepth.fit` makes.

ImageNet's photographs have taught `mobilenet` what things look like; it stays as it is,
and a `decoder` of 46 thousand weights learns what that says of depth, from measured
scenes, photos with a map and generated scenes (`samples`). `guided` brings the map to
the picture's edges.
"""
