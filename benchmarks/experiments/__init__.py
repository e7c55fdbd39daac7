"""Published experiments, repeated: each one command, in scripts/experiments.

An experiment runs the packages' own programs as a person would (`steps`), reads the
scores that they leave, and writes result.json with its pictures (`outcome`), which
`python -m darkroom.report` gathers. Stopped, the same command goes on where it was; a
finished experiment prints its tables at once.

Every experiment has three scales: `smoke` shows in a minute or two that it works,
`short` is what fits beside other work in a quarter of an hour or so, `night` is what
the question needs. Only the numbers of `night` answer it.
"""
