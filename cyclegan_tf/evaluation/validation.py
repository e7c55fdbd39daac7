"""What a training reports of pictures that it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np

from cyclegan_tf import losses
from cyclegan_tf.data import folders, pictures, samples
from cyclegan_tf.data.crops import Size
from cyclegan_tf.data.encoding import Encoding
from cyclegan_tf.data.samples import from_network
from cyclegan_tf.evaluation import scores
from cyclegan_tf.layers import Tensor
from darkroom import pixels
from darkroom.metrics import reports
from darkroom.pixels import Array

Network = Callable[..., Tensor]


def portraits(
    generator: Network, test: Sequence[folders.Picture], size: Size
) -> scores.Scores:
    """Scores what becomes of portraits.

    Args:
      generator: from sharp portraits to a shallow depth of field, in [-1, 1].
      test: sharp portraits, held out.
      size: that they are brought to, height and width.

    Raises:
      OSError, ValueError: a picture or mask is broken, or shows no person.
    """
    rows = []
    for picture in test:
        before = samples.whole_picture(picture, size)
        person = samples.whole_mask(picture, size)[..., 0] > 0
        after = run(generator, before)
        rows.append(scores.portrait(from_network(before), from_network(after), person))
    return reports.mean_scores(rows)


def depths(
    generator: Network,
    test: Sequence[folders.Pair],
    size: Size,
    encoding: Encoding,
) -> dict[str, scores.Scores]:
    """Scores depth maps, beside a constant and a slope from top to bottom.

    Args:
      generator: from photos to depth maps, in [-1, 1].
      test: pairs, held out; without any nothing is returned.
      size: that photos are brought to, height and width.
      encoding: how depth becomes a grey.

    Returns:
      The mean scores of "output", "constant" and "gradient".

    Raises:
      OSError, ValueError: a picture or map is broken.
    """
    if not test:
        return {}
    truths = [pictures.stored_depth(truth) for _, truth in test]
    methods = scores.baselines(truths, encoding)
    methods["output"] = [
        from_network(run(generator, samples.whole_picture(photo, size))).mean(axis=-1)
        for photo, _ in test
    ]
    return {
        name: reports.mean_scores(
            [scores.depth(*each, encoding) for each in zip(greys, truths, strict=True)]
        )
        for name, greys in methods.items()
    }


def cycle(
    forward: Network, backward: Network, real: Array, other: Array, mask: Array | None
) -> list[Array]:
    """Returns real | fake | restored | identity of another picture | person, uint8.

    Args:
      forward: out of the domain of `real`.
      backward: into it.
      real: `[H, W, 3]` in [-1, 1].
      other: of the other domain.
      mask: `[H, W, 1]` of the person in `real`, if there is one.
    """
    fake = run(forward, real)
    views = [real, fake, run(backward, fake), run(forward, other)]
    if mask is not None:
        person = losses.cut_out(real, mask)
        views.append(keras.ops.convert_to_numpy(person))
    return [pixels.to_uint8(from_network(view)) for view in views]


def translated(generator: Network, source: Array, target: Array) -> list[Array]:
    """Returns source | fake | target, uint8, of a pair in [-1, 1]."""
    views = source, run(generator, source), target
    return [pixels.to_uint8(from_network(view)) for view in views]


def run(network: Network, picture: Array) -> Array:
    """Runs a network on one picture, `[H, W, C]` in [-1, 1]."""
    output = network(picture[None], training=False)
    return keras.ops.convert_to_numpy(output)[0].astype(np.float32)
