"""Scores a trained level on whole pictures, beside the untouched photo's scores.

  python -m pynet.evaluate --level 1 --data_dir EBB --output scores \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

Writes scores.json and sheet.png (input, depth, output, target). Higher PSNR, SSIM and
MS-SSIM are better, lower LPIPS is. Outputs are clipped, 32 pixels of border left out.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.evaluate."""

    level: int = command.flag(
        1, "level to score: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    data_dir: str = command.flag(
        "data/scenes", "folder in EBB!'s layout; pynet.train's generated scenes"
    )
    weights: str | None = command.flag(
        None, "a .weights.h5; without it, the one that pynet.train left for the level"
    )
    width: float | None = command.flag(
        None, "of the network, if the weights file does not say"
    )
    output: str = command.flag("scores", "folder for scores.json and sheet.png")
    split: str = command.flag("test", "subfolder of --data_dir")
    pictures: int | None = command.flag(
        None, "how many, from the first; all without it", lower_bound=1
    )


def main(config: Config) -> None:
    """Evaluates, writes the scores and the sheet, prints a table of the means."""
    from pynet import data

    pairs = data.pairs(config.data_dir, config.split)[: config.pictures]

    from tqdm import auto

    from darkroom import images, pixels, quiet, reports

    with quiet.chatter():  # TensorFlow starts
        from darkroom import lpips
        from pynet import trained, validation

    model = trained.load(config.weights, config.level, config.width)
    file = lpips.find()
    found = validation.evaluate(
        model,
        auto.tqdm(pairs, unit="picture"),
        config.level,
        lpips.network(file) if file else None,
    )
    means = {"output": found.mean, "photo": validation.mean(found.photo)}
    scores = zip(found.names, found.output, found.photo, strict=True)
    content = {
        "level": config.level,
        "weights": config.weights,
        "pictures": [{"name": n, "output": o, "photo": p} for n, o, p in scores],
        "mean": means,
    }
    folder = pathlib.Path(config.output)
    reports.write(folder / "scores.json", content)
    captions = ("photo", "depth", f"level {config.level}", "target")
    labels = [captions] + [()] * (len(found.rows) - 1)
    images.write(folder / "sheet.png", pixels.sheet(found.rows, labels))
    rows = {"the network": means["output"], "untouched photo": means["photo"]}
    print(reports.columns(rows))
    if not file:
        print(f"LPIPS is left out: {lpips.REMEDY}")
    if found.left_out:
        names = ", ".join(sorted(found.left_out))
        print(f"left out where pictures are too small for it: {names}")
    print(f"{folder}: scores.json and sheet.png of {len(pairs)} pictures")


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
