"""How a portrait changed: the person, the background, and whether it is a negative."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cyclegan_tf.generator import Generator
    from darkroom.pixels import Array

ROWS = 5  # of pictures to look at

Means = dict[str, list[dict[str, float]]]  # by run: the mean scores of each seed


class Views(NamedTuple):
    """Scores, and rows of pictures to look at."""

    means: Means
    rows: list[list[Array]]


def compare(
    networks: Mapping[tuple[str, int], Generator], data: pathlib.Path, side: int
) -> Views:
    """Scores networks and smoothings on the held-out portraits.

    Args:
      networks: by run and seed.
      data: the folder of the portraits.
      side: at which they are scored.
    """
    import numpy as np

    from cyclegan_tf import generator
    from cyclegan_tf.data import crops, folders, pictures
    from cyclegan_tf.evaluation.comparison import BLURS
    from darkroom import pixels
    from darkroom.lens import graded
    from darkroom.metrics import reports

    window, size = crops.whole_window((side, side)), (side, side)
    scores: dict[tuple[str, int], list[dict[str, float]]] = {}
    rows: list[list[Array]] = []
    drawn: dict[tuple[str, int], list[Array]] = {}
    runs = dict.fromkeys(run for run, _ in networks)
    photos, blurred = folders.domains(str(data), "test")[:2]
    for picture in photos:
        content = pictures.photo(picture)
        person = crops.cut_mask(pictures.person_mask(picture, content), window)
        photo = pixels.to_uint8(crops.cut(content, window))
        after = {("photo", 0): photo} | {
            (name, 0): graded.portrait(photo, person.astype(np.float32), filter=how)
            for name, how in BLURS.items()
        }
        for key, network in networks.items():
            after[key] = np.clip(generator.run_network(network, photo, size), 0, 1)
        for key, output in after.items():
            row = score(photo, pixels.to_float(output), person)
            scores.setdefault(key, []).append(row)
            drawn.setdefault(key, []).append(output)
        if len(rows) < ROWS:
            pasted = np.where(
                person[..., None], pixels.to_float(photo), after["overlay", 0]
            )
            shown = [after["Gaussian 9x9", 0], *(after[run, 0] for run in runs)]
            rows.append([photo, person.astype(np.float32), *shown, pasted])
    real = [crops.cut(pictures.photo(picture), window) for picture in blurred]
    distances = kernel_distances(drawn, real)
    means: Means = {}
    for key, of_photos in scores.items():
        mean = reports.mean_scores(of_photos) | distances.get(key, {})
        means.setdefault(key[0], []).append(mean)
    return Views(means, rows)


def kernel_distances(
    drawn: Mapping[tuple[str, int], Sequence[Array]], real: Sequence[Array]
) -> dict[tuple[str, int], dict[str, float]]:
    """Returns the KID of each set of pictures to the real ones, times 1000.

    Empty where the weights of the features are not installed.
    """
    from darkroom.metrics import kernel_distance, lpips

    file = lpips.find()
    if file is None:
        return {}
    features = kernel_distance.alexnet_features(file)
    there = features(real)
    return {
        key: {"kid": 1000 * kernel_distance.kernel_distance(features(views), there)}
        for key, views in drawn.items()
    }


def score(photo: Array, output: Array, person: Array) -> dict[str, float]:
    """Returns subject and background, and the correlations inside and outside.

    Args:
      photo: `[H, W, 3]` uint8.
      output: `[H, W, 3]` in [0, 1].
      person: `[H, W]` bool.
    """
    import numpy as np

    from cyclegan_tf.evaluation import scores
    from darkroom import pixels

    before = pixels.to_float(photo)
    grey, other = before.mean(axis=2), output.mean(axis=2)
    found = scores.portrait(before, output, person)
    for name, where in (("inside", person), ("outside", ~person)):
        with np.errstate(invalid="ignore"):
            found[name] = float(np.corrcoef(grey[where], other[where])[0, 1])
    return found
