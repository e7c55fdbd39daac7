"""Several methods on the same pictures: their scores, and a sheet with all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tqdm import auto

from cyclegan_tf import crops, folders, generator, outputs, pictures, scores
from cyclegan_tf.encoding import Encoding
from cyclegan_tf.generator import Generator
from darkroom import pixels
from darkroom.io import colours
from darkroom.lens import graded
from darkroom.metrics import reports

Array = np.ndarray[Any, Any]
Networks = Mapping[str, Generator]

ROWS = 8  # of a sheet
_HEIGHT = 200  # of its pictures
# A person pasted sharp over a background that OpenCV blurs, as in the portrait study
BLURS = {"mean 5x5": "average", "Gaussian 9x9": "gaussian"}


@dataclasses.dataclass
class Compared:
    """What the methods reached.

    Attributes:
      names: of the pictures.
      reached: the scores of each picture, by method.
      rows: of the sheet, uint8.
      captions: above the first row, or above each.
    """

    names: list[str] = dataclasses.field(default_factory=list)
    reached: dict[str, list[scores.Scores]] = dataclasses.field(default_factory=dict)
    rows: list[list[Array]] = dataclasses.field(default_factory=list)
    captions: list[list[str]] = dataclasses.field(default_factory=list)

    @property
    def means(self) -> dict[str, scores.Scores]:
        """Each method's scores, means over the pictures."""
        return {name: reports.mean_scores(rows) for name, rows in self.reached.items()}

    @property
    def sheet(self) -> Array:
        """The rows under their captions, `[H, W, 3]` uint8."""
        return pixels.sheet(self.rows, self.captions)

    def add(self, name: str, found: Mapping[str, scores.Scores]) -> None:
        """Notes what each method reached on one more picture."""
        self.names.append(name)
        for method, values in found.items():
            self.reached.setdefault(method, []).append(values)

    def draw(self, views: Mapping[str, Array]) -> None:
        """One more row, by captions, all as wide as the first; none if it is full."""
        if len(self.rows) == ROWS:
            return
        height, width = next(iter(views.values())).shape[:2]
        shape = _HEIGHT, max(1, round(width * _HEIGHT / height))
        eight = (pixels.to_uint8(view) for view in views.values())
        self.rows.append([pixels.resize_to(view, shape) for view in eight])
        self.captions.append(list(views) if len(self.rows) == 1 else [])


def portraits(
    networks: Networks, photos: Sequence[folders.Picture], size: generator.Size
) -> Compared:
    """Networks and blurs on sharp portraits: photo | person | what each makes of it.

    Args:
      networks: of the task "portrait", by name.
      photos: with their masks, or for masks to be made.
      size: that photos are brought to, for all methods.

    Raises:
      OSError, ValueError: a photo or mask is bad, or shows no person.
    """
    found = Compared()
    for picture in auto.tqdm(photos, unit="picture"):
        content = pictures.photo(picture)
        person = crops.cut_mask(pictures.person(picture, content), crops.whole(size))
        photo = pixels.to_uint8(crops.cut(content, crops.whole(size)))
        made = {
            name: graded.portrait(photo, person.astype(np.float32), filter=filter)
            for name, filter in BLURS.items()
        }
        for name, network in networks.items():
            made[name] = np.clip(generator.answer(network, photo, size), 0, 1)
        before = pixels.to_float(photo)
        after = {name: pixels.to_float(each) for name, each in made.items()}
        try:
            found.add(
                picture.path.name,
                {n: scores.portrait(before, each, person) for n, each in after.items()},
            )
        except ValueError as error:
            raise ValueError(f"{picture.path}: {error}") from error
        found.draw({"photo": photo, "person": person.astype(np.float32), **made})
    return found


def depths(
    networks: Networks, pairs: Sequence[folders.Pair], painted: Encoding
) -> Compared:
    """Networks, and two guesses, on photos whose depth is known.

    Args:
      networks: of the task "depth", by name; they all paint depths alike.
      pairs: photos and their depth maps.
      painted: how.

    Returns:
      Scores in metres, where maps and networks have them. The sheet shows photo |
      truth | what each method sees, near is light.

    Raises:
      OSError, ValueError: a photo or a map is bad, or has nothing to score.
    """
    found = Compared()
    truths = [pictures.stored(truth) for _, truth in pairs]
    guesses = scores.guesses(truths, painted)
    bar = auto.tqdm(zip(pairs, truths, strict=True), total=len(pairs), unit="picture")
    for number, ((picture, file), truth) in enumerate(bar):
        photo = pictures.photo(picture)
        made = {name: maps[number] for name, maps in guesses.items()}
        for name, network in networks.items():
            seen = generator.seen(network, photo.shape[:2])
            made[name] = generator.answer(network, photo, seen).mean(axis=-1)
        try:
            found.add(
                picture.path.name,
                {
                    name: scores.depth(each, truth, painted)
                    for name, each in made.items()
                },
            )
        except ValueError as error:
            raise ValueError(f"{file.path}: {error}") from error
        grey = scores.greys(truth, painted)
        near = np.where((grey > 0) & (grey <= 1), outputs.disparity(grey), np.nan)
        ends = np.nanpercentile(near, (1, 99))
        views = {"truth": near} | {
            n: outputs.disparity(each) for n, each in made.items()
        }
        drawn = {n: colours.disparity(view, *ends) for n, view in views.items()}
        found.draw({"photo": pixels.to_uint8(photo), **drawn})
    return found
