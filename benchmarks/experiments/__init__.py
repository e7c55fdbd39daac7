"""Published experiments, repeated: each one command, in scripts/experiments.

An experiment runs the packages' own programs as a person would (`steps`), reads the
scores that they leave, and writes result.json with its pictures (`outcome`), which
`python -m darkroom.report` gathers. Stopped, the same command goes on where it was; a
finished experiment prints its tables at once.

Every experiment has four scales: `smoke` shows in a minute or two that it works,
`short` is what fits beside other work in a quarter of an hour or so, `evening` makes
every training once, `night` of several seeds and mostly longer. An answer of `evening`
may be another seed's; one of `short` only shows how a training begins.
"""
