"""PyNET-Bokeh: seven pyramid levels that turn a sharp photo into a bokeh photo.

Ignatov, Patel, Timofte, "Rendering Natural Camera Bokeh Effect with Deep
Learning", CVPR Workshops 2020, arXiv 2006.05698.

A level is 7 (coarsest, trained first) to 1 (the photo's own size, trained last).
The network's input is half the photo's size: RGB and depth, `[B, H, W, 4]`.
"""
