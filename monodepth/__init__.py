"""Depth from one photo, learned from stereo pairs by left-right consistency.

Godard, Mac Aodha, Brostow, "Unsupervised Monocular Depth Estimation with Left-Right
Consistency", CVPR 2017 (arXiv 1609.03677), in Keras 3. A disparity is a fraction of
the picture's width, at every scale.
"""
