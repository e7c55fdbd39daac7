"""Scores a trained level on whole pictures, beside the untouched photo's scores.

  python -m pynet.evaluate --level 1 --data_dir EBB --output scores \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

Writes scores.json and sheet.png (input, depth, output, target). Higher PSNR, SSIM and
MS-SSIM are better, lower LPIPS is; detail in focus (of the photo's) and out of focus
(of the true picture's) are best at 1. Outputs are clipped, 32 pixels of border left
out. A network that is told the focus is scored as it is rendered, too: in focus with
the photo's own detail.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli, program
from darkroom.render import MARGIN


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.evaluate."""

    level: int = cli.flag(
        1, "level to score: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    data_dir: str = cli.flag(
        "data/focused", "folder in EBB!'s layout; pynet.train's generated scenes"
    )
    weights: str | None = cli.flag(
        None, "a .weights.h5; without it, the one that pynet.train left for the level"
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    output: str = cli.flag("scores", "folder for scores.json and sheet.png")
    split: str = cli.flag("test", "subfolder of --data_dir")
    pictures: int | None = cli.flag(
        None, "how many, from the first; all without it", lower_bound=1
    )
    margin: int = cli.flag(
        MARGIN, "pixels mirrored around a picture; 0 as it was published", lower_bound=0
    )


def main(config: Config) -> None:
    """Evaluates, writes the scores and the sheet, prints a table of the means."""
    from pynet import data

    pairs = data.pairs(config.data_dir, config.split)[: config.pictures]

    from tqdm import auto

    from darkroom import pixels, quiet
    from darkroom.io import images
    from darkroom.metrics import reports

    with quiet.chatter():  # TensorFlow starts
        from darkroom.metrics import lpips
        from pynet import validation, weights

    model = weights.load(config.weights, config.level, config.width)
    file = lpips.find()
    result = validation.evaluate(
        model,
        auto.tqdm(pairs, unit="picture"),
        config.level,
        lpips.network(file) if file else None,
        margin=config.margin,
        radius=weights.radius(config.weights, config.level),
    )
    means = {"output": result.mean, "photo": reports.mean_scores(result.photo)}
    if result.along:
        means["along"] = reports.mean_scores(result.along)
    scores = zip(result.names, result.output, result.photo, strict=True)
    content = {
        "level": config.level,
        "weights": config.weights,
        "margin": config.margin,
        "pictures": [{"name": n, "output": o, "photo": p} for n, o, p in scores],
        "mean": means,
    }
    folder = pathlib.Path(config.output)
    reports.write(folder / "scores.json", content)
    columns = ("photo", "depth", f"level {config.level}", "target")
    labels = [columns] + [()] * (len(result.rows) - 1)
    images.write(folder / "sheet.png", pixels.grid(result.rows, labels))
    captions = {"output": "the network", "along": "as it is rendered"}
    captions["photo"] = "untouched photo"
    rows = {said: means[key] for key, said in captions.items() if key in means}
    print(reports.columns(rows))
    if not file:
        print(f"LPIPS is left out: {lpips.REMEDY}")
    if result.left_out:
        names = ", ".join(sorted(result.left_out))
        print(f"left out where pictures are too small for it: {names}")
    print(f"{folder}: scores.json and sheet.png of {len(pairs)} pictures")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
