"""Scores depth against measured depth.

`truth` is what was measured of a picture; `kitti`, `eigen` and `middlebury` read it;
`predictors` guess it; `metrics` compare the two; `scores` does so picture by picture.
"""
