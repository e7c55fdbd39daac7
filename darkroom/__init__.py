"""What photographs need, whatever network made them.

The conventions of the whole repository; docstrings state only departures.

- A picture is `[B, H, W, 3]` float32 in [0, 1], RGB, sRGB-encoded unless its name
  says `linear`. Single pictures drop the batch axis.
- A disparity is `[B, H, W, 1]`, larger is nearer: a fraction of the picture's
  width for stereo, scaled to [0, 1] for rendering. A depth is in metres.
- A mask is `[B, H, W, 1]` in [0, 1].
- A size is written HxW, height first.
- Bad input raises ValueError (or OSError) whose text says what came, what was
  expected and what to do; programs print it as one sentence and exit with 1.
"""
