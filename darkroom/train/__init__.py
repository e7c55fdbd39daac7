"""What every training stands on.

`runs` has the flags that all trainings share and the rule of resuming; `session` the
training as a value, which a package builds; `loop` runs it; `data` streams its samples;
`distribution` spreads its step over devices; `checkpoints` keeps its state exactly;
`weights_card` reads what a weights file says of itself; `compiling` makes a function of
a trained network one graph.
"""
