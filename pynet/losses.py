"""What a level's training makes small.

They work in float32 whatever the precision of the network, on pictures
`[B, H, W, 3]` in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from keras import KerasTensor, ops

from darkroom.metrics import detail as sharpness
from darkroom.metrics import image as metrics

Features = Callable[[KerasTensor], KerasTensor]  # pictures -> feature maps
Distance = Callable[[KerasTensor, KerasTensor], KerasTensor]  # one number a picture
Terms = dict[str, KerasTensor]  # scalars


def level_loss(
    level: int,
    features: Features | None = None,
    more: Mapping[str, tuple[float, Distance]] | None = None,
) -> Callable[[KerasTensor, KerasTensor], Terms]:
    """Returns the loss of a level, a function `(truth, prediction) -> terms`.

    Levels 7 to 2: `100 L1`. Level 1: `10 L1 + 0.1 content + 10 (1 - SSIM)`
    (Ignatov et al. 2020, section 4).

    Args:
      level: 7 to 1.
      features: VGG-19 up to relu5_4 for the content term; without it level 1 is
        trained on the other two.
      more: terms that the paper does not have, for level 1: each one's weight, and
        its distance, such as `detail` or `lpips.network(...)`.

    Returns:
      A function whose dict holds `loss` (to minimise), its unweighted terms, and
      `mse` for the PSNR.
    """

    def loss(truth: KerasTensor, prediction: KerasTensor) -> Terms:
        difference = l1(truth, prediction)
        terms = {"l1": difference, "mse": metrics.mse(truth, prediction)}
        if level > 1:
            return {"loss": 100 * difference, **terms}
        terms["structural"] = structural(truth, prediction)
        total = 10 * difference + 10 * terms["structural"]
        if features is not None:
            terms["content"] = content(truth, prediction, features)
            total = total + 0.1 * terms["content"]
        for name, (weight, distance) in (more or {}).items():
            terms[name] = ops.mean(distance(truth, prediction))
            total = total + weight * terms[name]
        return {"loss": total, **terms}

    return loss


def l1(truth: KerasTensor, prediction: KerasTensor) -> KerasTensor:
    """Returns the mean absolute difference, a scalar."""
    truth, prediction = metrics.pair(truth, prediction)
    return ops.mean(ops.abs(truth - prediction))


def structural(truth: KerasTensor, prediction: KerasTensor) -> KerasTensor:
    """Returns one minus the mean SSIM of the batch, a scalar.

    Raises:
      ValueError: a side is below 11 pixels.
    """
    return 1.0 - ops.mean(metrics.ssim(truth, prediction))


def content(
    truth: KerasTensor, prediction: KerasTensor, features: Features
) -> KerasTensor:
    """Returns the mean squared difference of a network's features, a scalar.

    Johnson et al. 2016, eq. 2, as PyNET uses it (Ignatov et al. 2020, section 3.2).

    Args:
      features: such as the model of `vgg.vgg19`, which scales pictures and subtracts
        their mean itself.
    """
    truth, prediction = metrics.pair(truth, prediction)
    difference = features(truth) - features(prediction)
    return ops.mean(ops.square(ops.cast(difference, "float32")))


def detail(truth: KerasTensor, prediction: KerasTensor) -> KerasTensor:
    """Returns the mean absolute difference in fine detail of each picture, `[B]`.

    L1 and SSIM hardly see faint texture that should have blurred away, and the eye
    does. Detail is that of `darkroom.metrics.detail`, of each channel.

    Raises:
      ValueError: a side is below 11 pixels.
    """
    truth, prediction = metrics.pair(truth, prediction, "the detail", metrics.WINDOW)
    difference = truth - prediction
    room = metrics.WINDOW // 2
    within = difference[:, room:-room, room:-room]
    fine = within - metrics.window_means(difference, sharpness.DETAIL)
    return ops.mean(ops.abs(fine), axis=(1, 2, 3))
