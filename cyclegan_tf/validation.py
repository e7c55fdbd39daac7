"""What a training reports of pictures that it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cyclegan_tf import data, encoding, folders, masks, pictures, scores
from darkroom import pixels
from darkroom.metrics import reports

Array = np.ndarray[Any, Any]
Network = Callable[..., Any]


def portraits(
    generator: Network, test: Sequence[folders.Picture], size: data.Size
) -> scores.Scores:
    """How portraits come out that have a person mask, or none of them: empty then.

    Args:
      generator: from sharp portraits to a shallow depth of field, in [-1, 1].
      test: sharp portraits, held out.
      size: that they are brought to, height and width.

    Raises:
      OSError, ValueError: a picture or mask is broken, or shows no person.
    """
    found = []
    for picture in test:
        before = data.whole_picture(picture, size)
        person = data.whole_mask(picture, size)[..., 0] > 0
        after = run(generator, before)
        found.append(scores.portrait(shown(before), shown(after), person))
    return reports.mean_scores(found)


def depths(
    generator: Network,
    test: Sequence[folders.Pair],
    size: data.Size,
    painted: encoding.Encoding,
) -> dict[str, scores.Scores]:
    """How depth maps come out, beside a constant and a slope from top to bottom.

    Without pairs there is nothing to compare with, and nothing is returned.

    Args:
      generator: from photos to depth maps, in [-1, 1].
      test: pairs, held out.
      size: that photos are brought to, height and width.
      painted: how depth is.

    Raises:
      OSError, ValueError: a picture or map is broken.
    """
    if not test:
        return {}
    truths = [pictures.stored(truth) for _, truth in test]
    found = scores.guesses(truths, painted)
    found["output"] = [
        shown(run(generator, data.whole_picture(photo, size))).mean(axis=-1)
        for photo, _ in test
    ]
    return {
        name: reports.mean_scores(
            [scores.depth(*each, painted) for each in zip(maps, truths, strict=True)]
        )
        for name, maps in found.items()
    }


def cycle(
    forward: Network, backward: Network, real: Array, other: Array, mask: Array | None
) -> list[Array]:
    """Real | fake | restored | identity of another domain's picture | person.

    Args:
      forward: out of the domain of `real`.
      backward: into it.
      real: `[H, W, 3]` in [-1, 1].
      other: of the other domain.
      mask: `[H, W, 1]` of the person in `real`, if there is one.
    """
    fake = run(forward, real)
    made = [real, fake, run(backward, fake), run(forward, other)]
    if mask is not None:
        made.append(keras.ops.convert_to_numpy(masks.person(real, mask)))
    return [pixels.to_uint8(shown(picture)) for picture in made]


def translated(generator: Network, source: Array, target: Array) -> list[Array]:
    """Source | fake | target, uint8, of a pair in [-1, 1]."""
    made = source, run(generator, source), target
    return [pixels.to_uint8(shown(picture)) for picture in made]


def run(network: Network, picture: Array) -> Array:
    """What a network makes of one picture, `[H, W, C]` in [-1, 1]."""
    made = network(picture[None], training=False)
    return keras.ops.convert_to_numpy(made)[0].astype(np.float32)


def shown(picture: Array) -> Array:
    """A picture in [-1, 1] brought to [0, 1]."""
    return np.clip((picture + 1) / 2, 0, 1)
