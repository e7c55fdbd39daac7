"""Generated scenes with exact answers, written in the data sets' own layouts.

Real photo textures on flat layers, seen through a pinhole and through a thin lens
whose aperture rays are all traced. Read the files in this order: `layers` (what a
scene is), `optics` (its pictures), `textures`, `photos`, `outlines` and `cutouts`
(what layers are made of), `surroundings`, `objects` and `stage` (how a random scene is
set up), `captured` (photos with measured depth, blurred by the lens), `recipes`,
`layouts` (which files a data set wants) and `dataset` (making them all, or the missing
ones).

    from darkroom.scenes import dataset, recipes
    dataset.generate(recipes.Recipe("ebb", train=200, test=24), "data/scenes")

`python -m darkroom.scenes` does the same from the command line.
"""
