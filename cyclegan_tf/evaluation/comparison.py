"""Several methods on the same pictures: their scores, and a grid with all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from tqdm import auto

from cyclegan_tf import generator, outputs
from cyclegan_tf.data import crops, folders, pictures
from cyclegan_tf.data.crops import Size
from cyclegan_tf.data.encoding import Encoding
from cyclegan_tf.evaluation import scores
from cyclegan_tf.generator import Generator
from darkroom import pixels
from darkroom.io import colours
from darkroom.lens import graded
from darkroom.metrics import reports
from darkroom.pixels import Array

Networks = Mapping[str, Generator]

ROWS = 8  # of a grid
_HEIGHT = 200  # of its pictures
# A person pasted sharp over a background that OpenCV blurs: the baselines of Zain
# Nasrullah, "Shallow Depth of Field in Portraits Using Generative Models"
BLURS = {"mean 5x5": "average", "Gaussian 9x9": "gaussian"}


@dataclasses.dataclass
class Comparison:
    """What the methods reached.

    Attributes:
      names: of the pictures.
      results: the scores of each picture, by method.
      rows: of the grid, uint8.
      captions: above the first row, or above each.
    """

    names: list[str] = dataclasses.field(default_factory=list)
    results: dict[str, list[scores.Scores]] = dataclasses.field(default_factory=dict)
    rows: list[list[Array]] = dataclasses.field(default_factory=list)
    captions: list[list[str]] = dataclasses.field(default_factory=list)

    @property
    def means(self) -> dict[str, scores.Scores]:
        """Each method's scores, means over the pictures."""
        return {name: reports.mean_scores(rows) for name, rows in self.results.items()}

    @property
    def grid(self) -> Array:
        """The rows under their captions, `[H, W, 3]` uint8."""
        return pixels.grid(self.rows, self.captions)

    def add(self, name: str, by_method: Mapping[str, scores.Scores]) -> None:
        """Notes what each method reached on one more picture."""
        self.names.append(name)
        for method, values in by_method.items():
            self.results.setdefault(method, []).append(values)

    def draw(self, views: Mapping[str, Array]) -> None:
        """Adds a row, by captions, all as wide as the first; none if it is full."""
        if len(self.rows) == ROWS:
            return
        height, width = next(iter(views.values())).shape[:2]
        shape = _HEIGHT, max(1, round(width * _HEIGHT / height))
        eight = (pixels.to_uint8(view) for view in views.values())
        self.rows.append([pixels.resize_to(view, shape) for view in eight])
        self.captions.append(list(views) if len(self.rows) == 1 else [])


def portraits(
    networks: Networks, photos: Sequence[folders.Picture], size: Size
) -> Comparison:
    """Compares networks and blurs on sharp portraits.

    Args:
      networks: of the task "portrait", by name.
      photos: with their masks, or for masks to be made.
      size: that photos are brought to, for all methods.

    Returns:
      Scores; and a grid of photo | person | what each method makes of it.

    Raises:
      OSError, ValueError: a photo or mask is bad, or shows no person.
    """
    result = Comparison()
    window = crops.whole_window(size)
    for picture in auto.tqdm(photos, unit="picture"):
        content = pictures.photo(picture)
        person = crops.cut_mask(pictures.person_mask(picture, content), window)
        photo = pixels.to_uint8(crops.cut(content, window))
        after = {
            name: graded.portrait(photo, person.astype(np.float32), filter=filter)
            for name, filter in BLURS.items()
        }
        for name, network in networks.items():
            after[name] = np.clip(generator.run_network(network, photo, size), 0, 1)
        before = pixels.to_float(photo)
        try:
            result.add(
                picture.path.name,
                {
                    name: scores.portrait(before, pixels.to_float(each), person)
                    for name, each in after.items()
                },
            )
        except ValueError as error:
            raise ValueError(f"{picture.path}: {error}") from error
        result.draw({"photo": photo, "person": person.astype(np.float32), **after})
    return result


def depths(
    networks: Networks, pairs: Sequence[folders.Pair], encoding: Encoding
) -> Comparison:
    """Compares networks, and two baselines, on photos whose depth is known.

    Args:
      networks: of the task "depth", by name.
      pairs: photos and their depth maps.
      encoding: how depth becomes a grey, for all networks.

    Returns:
      Scores in metres, where maps and networks have them; and a grid of photo | truth |
      what each method sees, near is light.

    Raises:
      OSError, ValueError: a photo or a map is bad, or has nothing to score.
    """
    result = Comparison()
    truths = [pictures.stored_depth(truth) for _, truth in pairs]
    baselines = scores.baselines(truths, encoding)
    bar = auto.tqdm(zip(pairs, truths, strict=True), total=len(pairs), unit="picture")
    for number, ((picture, file), truth) in enumerate(bar):
        photo = pictures.photo(picture)
        greys = {name: maps[number] for name, maps in baselines.items()}
        for name, network in networks.items():
            size = generator.input_size(network, photo.shape[:2])
            greys[name] = generator.run_network(network, photo, size).mean(axis=-1)
        try:
            result.add(
                picture.path.name,
                {
                    name: scores.depth(each, truth, encoding)
                    for name, each in greys.items()
                },
            )
        except ValueError as error:
            raise ValueError(f"{file.path}: {error}") from error
        true_grey, valid = scores.true_greys(truth, encoding)
        near = np.where(valid, outputs.disparity(true_grey), np.nan)
        ends = np.nanpercentile(near, (1, 99))
        views = {"truth": near} | {
            name: outputs.disparity(each) for name, each in greys.items()
        }
        drawn = {name: colours.disparity(view, *ends) for name, view in views.items()}
        result.draw({"photo": pixels.to_uint8(photo), **drawn})
    return result
