"""How good generators are.

`scores` measures one picture, `validation` a training's held-out pictures, and
`comparison` several networks, and what they must beat, on the same pictures.
"""
