"""What the generators and the discriminators make small.

A GAN loss is `(logits, real) -> scalar`: how far a discriminator's answers are from
"these are real" or "these are fake". A discriminator makes it small with the truth, a
generator with `real=True` on its fakes. All work in float32, or in float64 where they
are given it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras import ops

BLACK = -1.0  # around a cut-out person; pictures are in [-1, 1]
PENALTY = 10.0  # weight of the gradient penalty, Gulrajani et al. 2017, section 4


def least_squares(logits: Any, real: bool) -> Any:
    """Mao et al. 2017, eq. 9, with 1 for real and 0 for fake, and no halves."""
    return ops.mean(ops.square(_wide(logits) - float(real)))


def vanilla(logits: Any, real: bool) -> Any:
    """The binary cross-entropy of the logits, Goodfellow et al. 2014, eq. 1.

    A generator makes -log D small (their section 3), where log(1 - D) saturates.
    """
    logits = _wide(logits)
    return ops.mean(ops.softplus(-logits if real else logits))


def wgan_gp(logits: Any, real: bool) -> Any:
    """The critic's mean, Arjovsky et al. 2017, eq. 2, beside `gradient_penalty`."""
    mean = ops.mean(_wide(logits))
    return -mean if real else mean


GAN: dict[str, Callable[[Any, bool], Any]] = {
    "least_squares": least_squares,
    "vanilla": vanilla,
    "wgan_gp": wgan_gp,
}


def discriminator(
    network: Callable[..., Any], real: Any, fake: Any, gan: str, share: Any = None
) -> dict[str, Any]:
    """What a discriminator makes small: half of its losses on real and fake pictures.

    Args:
      network: pictures -> logits.
      real: `[B, H, W, C]`.
      fake: likewise; no gradient may go on from it.
      gan: a name in `GAN`.
      share: `[B, 1, 1, 1]`, how much of `real` is in the pictures that the penalty of
        wgan_gp is taken at; see `shares`.

    Returns:
      The loss, `discriminator`, and its parts.
    """
    critic = functools.partial(network, training=True)
    parts = {
        "real": GAN[gan](critic(real), True),
        "fake": GAN[gan](critic(fake), False),
    }
    loss = 0.5 * (parts["real"] + parts["fake"])
    if gan == "wgan_gp":
        between = share * real + (1 - share) * fake
        parts["penalty"] = gradient_penalty(critic, between)
        loss = loss + parts["penalty"]
    parts = {f"discriminator_{name}": part for name, part in parts.items()}
    return {"discriminator": loss, **parts}


def gradient_penalty(critic: Callable[[Any], Any], between: Any) -> Any:
    """How far the critic's slope is from 1, Gulrajani et al. 2017, eq. 3.

    Args:
      critic: pictures -> logits.
      between: pictures `[B, H, W, C]` on the lines from real to fake ones.

    Returns:
      A scalar with its weight of 10. The critic's answers of one picture are added up
      before the slope is taken, as in the original program.
    """
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(between)
        answers = critic(between)
    slopes = _wide(tape.gradient(answers, between))
    # Off zero, where the root has no slope of its own
    squares = ops.sum(ops.square(slopes + 1e-16), axis=(1, 2, 3))
    return PENALTY * ops.mean(ops.square(ops.sqrt(squares) - 1.0))


def shares(pictures: int, number: Any) -> Any:
    """Random shares for the penalty of step `number`, `[pictures, 1, 1, 1]`."""
    import tensorflow as tf

    replica = tf.distribute.get_replica_context().replica_id_in_sync_group
    seed = [ops.cast(part, "int32") for part in (number, replica)]
    return tf.random.stateless_uniform([pictures, 1, 1, 1], seed)


def l1(truth: Any, prediction: Any) -> Any:
    """The mean absolute difference, a scalar."""
    return ops.mean(ops.abs(_wide(truth) - _wide(prediction)))


def cut_out(picture: Any, mask: Any) -> Any:
    """The person alone, before black: the m(x) of the mask loss.

    Args:
      picture: `[B, H, W, 3]`.
      mask: `[B, H, W, 1]`, 1 on the person; a matte blends.
    """
    return paste(picture, BLACK, mask)


def paste(person: Any, picture: Any, mask: Any) -> Any:
    """The picture with the mask's part taken from `person`: the mask overlay.

    Args:
      person: `[B, H, W, 3]`, in place with the picture.
      picture: `[B, H, W, 3]`, or a number.
      mask: `[B, H, W, 1]`, 1 on the person; a matte blends.
    """
    mask = ops.cast(mask, ops.dtype(person))
    return mask * person + (1 - mask) * picture


def _wide(values: Any) -> Any:
    """In float32 at least: means of 16 bits lose the small differences."""
    values = ops.convert_to_tensor(values)
    return values if ops.dtype(values) == "float64" else ops.cast(values, "float32")
