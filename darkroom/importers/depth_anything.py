"""KerasHub's Depth Anything V2 as a plain Keras model: a photo in, its disparity out.

`pip install keras-hub huggingface_hub` brings what this needs (and tensorflow-text, 194
MB). Depth Anything V2: Yang et al., NeurIPS 2024.
"""

from __future__ import annotations

import pathlib
import tempfile
from typing import TYPE_CHECKING, Any

from darkroom import quiet

if TYPE_CHECKING:
    import keras

KerasHub = Any  # the package and its objects: untyped

PATCH = 14  # pixels
_LICENCES = {
    "depth_anything_v2_small": "Apache-2.0",
    "depth_anything_v2_base": "CC-BY-NC-4.0",
    "depth_anything_v2_large": "CC-BY-NC-4.0",
}
_HUB = "hf://keras/"  # read from Hugging Face without an account


def licence(preset: str) -> str:
    """Returns the licence of a preset's weights; the larger ones' forbids trade."""
    name = pathlib.PurePath(preset).name
    return _LICENCES.get(name, "unknown: see where the preset comes from")


def load(preset: str, size: int) -> keras.Model:
    """Loads a preset for photos of one size.

    Args:
      preset: a name such as `depth_anything_v2_small`, an address (`hf://`,
        `kaggle://`), or the folder of a preset.
      size: of both sides, a multiple of `PATCH`.

    Returns:
      `[B, size, size, 3]` in [0, 1] to `[B, size, size, 1]`, larger is nearer.

    Raises:
      ValueError: keras-hub is not here, the size is none, or there is no such preset.
    """
    if size % PATCH or size < 8 * PATCH:
        raise ValueError(
            f"--size is {size}; expected a multiple of {PATCH} from {8 * PATCH} on, "
            "such as 392 or 518"
        )
    is_local = pathlib.Path(preset).is_dir()
    address = preset if is_local or "://" in preset else _HUB + preset
    with quiet.chatter():
        keras_hub = _package()
        try:
            backbone = keras_hub.models.Backbone.from_preset(address)
            converter = keras_hub.layers.ImageConverter.from_preset(address)
        except Exception as error:  # of whichever package fetched it
            raise ValueError(
                f"{preset} could not be loaded from {address} "
                f"({' '.join(str(error).split())[:300]}); expected a preset of "
                "KerasHub such as depth_anything_v2_small, and a connection"
            ) from error
        if type(backbone).__name__ != "DepthAnythingBackbone":
            raise ValueError(
                f"{preset} is a {type(backbone).__name__}; expected Depth Anything, "
                "such as depth_anything_v2_small"
            )
        return with_normalisation(resized(backbone, size), converter)


def _package() -> KerasHub:
    try:
        import keras_hub
    except ImportError as error:
        raise ValueError(
            f"this needs two more packages ({error}): pip install keras-hub "
            "huggingface_hub"
        ) from None
    return keras_hub


def resized(backbone: KerasHub, size: int) -> KerasHub:
    """Builds a backbone anew for squares of another size, with the same weights.

    `from_preset` ignores a size. Loading weights interpolates the embedding of places.
    """
    config = backbone.get_config()
    encoder = config["image_encoder"]["config"]
    if tuple(encoder["image_shape"]) == (size, size, 3):
        return backbone
    encoder["image_shape"] = (size, size, 3)
    other = type(backbone).from_config(config)
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder, "all.weights.h5"))
        backbone.save_weights(file)
        other.load_weights(file)
    return other


def with_normalisation(backbone: KerasHub, converter: KerasHub) -> keras.Model:
    """Puts the scale of the photo in front, and behind it what keeps it above 0.

    Args:
      backbone: takes normalised pictures.
      converter: the preset's, whose scale and offset are of pixels in 0 to 255.
    """
    import keras

    photo = keras.Input(backbone.input.shape[1:], name="photo")
    scale = keras.layers.Rescaling(
        [255 * each for each in converter.scale], list(converter.offset)
    )
    disparity = keras.layers.ReLU(name="disparity")(backbone(scale(photo)))
    return keras.Model(photo, disparity, name="depth_anything")
