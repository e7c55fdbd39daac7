"""The losses of generators and discriminators.

A GAN loss is `(logits, real) -> scalar`: how far a discriminator's logits are from
"these are real" or "these are fake". A discriminator's loss takes the truth, a
generator's takes `real=True` for its fakes. All work in float32, or in float64 where
they are given it. A mask is 1 on the person; black around one is -1, as pictures are in
[-1, 1].
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from keras import ops

from cyclegan_tf.layers import Tensor

BLACK = -1.0
PENALTY = 10.0  # weight of the gradient penalty, Gulrajani et al. 2017, section 4


def least_squares(logits: Tensor, real: bool) -> Tensor:
    """Computes Mao et al. 2017, eq. 9, with 1 for real, 0 for fake, and no halves."""
    return ops.mean(ops.square(_wide(logits) - float(real)))


def vanilla(logits: Tensor, real: bool) -> Tensor:
    """Computes the logits' binary cross-entropy, Goodfellow et al. 2014, eq. 1.

    A generator makes -log D small (their section 3), where log(1 - D) saturates.
    """
    logits = _wide(logits)
    return ops.mean(ops.softplus(-logits if real else logits))


def wgan_gp(logits: Tensor, real: bool) -> Tensor:
    """Computes the critic's mean, Arjovsky et al. 2017, eq. 2."""
    mean = ops.mean(_wide(logits))
    return -mean if real else mean


GAN: dict[str, Callable[[Tensor, bool], Tensor]] = {
    "least_squares": least_squares,
    "vanilla": vanilla,
    "wgan_gp": wgan_gp,
}


def discriminator(
    network: Callable[..., Tensor],
    real: Tensor,
    fake: Tensor,
    gan: str,
    share: Tensor = None,
) -> dict[str, Tensor]:
    """Computes a discriminator's loss: half of those on real and on fake pictures.

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


def gradient_penalty(critic: Callable[[Tensor], Tensor], between: Tensor) -> Tensor:
    """Computes how far the critic's slope is from 1, Gulrajani et al. 2017, eq. 3.

    Args:
      critic: pictures -> logits.
      between: pictures `[B, H, W, C]` on the lines from real to fake ones.

    Returns:
      A scalar with its weight of 10. The critic's logits of one picture are added up
      before the slope is taken, as in the original program.
    """
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(between)
        logits = critic(between)
    slopes = _wide(tape.gradient(logits, between))
    # Off zero, where the root has no slope of its own
    squares = ops.sum(ops.square(slopes + 1e-16), axis=(1, 2, 3))
    return PENALTY * ops.mean(ops.square(ops.sqrt(squares) - 1.0))


def shares(pictures: int, number: Tensor) -> Tensor:
    """Draws shares for the penalty of step `number`, `[pictures, 1, 1, 1]`.

    Replicas that share a batch draw what one device would.
    """
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    whole = [pictures * context.num_replicas_in_sync, 1, 1, 1]
    seed = [ops.cast(number, "int32"), 0]
    first = pictures * context.replica_id_in_sync_group
    return tf.random.stateless_uniform(whole, seed)[first : first + pictures]


def l1(truth: Tensor, prediction: Tensor) -> Tensor:
    """Computes the mean absolute difference, a scalar."""
    return ops.mean(ops.abs(_wide(truth) - _wide(prediction)))


def cut_out(picture: Tensor, mask: Tensor) -> Tensor:
    """Cuts the person out, before black: the m(x) of Nasrullah's mask loss.

    Args:
      picture: `[B, H, W, 3]`.
      mask: `[B, H, W, 1]`, 1 on the person; a matte blends.
    """
    return paste(picture, BLACK, mask)


def paste(person: Tensor, picture: Tensor, mask: Tensor) -> Tensor:
    """Pastes the mask's part of `person` over a picture: Nasrullah's mask overlay.

    Args:
      person: `[B, H, W, 3]`, in place with the picture.
      picture: `[B, H, W, 3]`, or a number.
      mask: `[B, H, W, 1]`, 1 on the person; a matte blends.
    """
    mask = ops.cast(mask, ops.dtype(person))
    return mask * person + (1 - mask) * picture


def _wide(values: Tensor) -> Tensor:
    """In float32 at least: means of 16 bits lose the small differences."""
    values = ops.convert_to_tensor(values)
    return values if ops.dtype(values) == "float64" else ops.cast(values, "float32")
