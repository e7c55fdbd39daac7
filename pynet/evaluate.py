"""Scores a trained level on whole pictures, beside the untouched photo's scores.

  python -m pynet.evaluate --level 1 --data_dir EBB --output scores \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

Writes scores.json and sheet.png (input, depth, output, target). Higher PSNR, SSIM and
MS-SSIM are better, lower LPIPS is. Outputs are clipped, 32 pixels of border left out.
"""

from __future__ import annotations

import dataclasses
import json
import math
import pathlib
from typing import Any

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

    from darkroom import images, pixels, quiet

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
    rows = zip(found.names, found.output, found.photo, strict=True)
    content = {
        "level": config.level,
        "weights": config.weights,
        "pictures": [{"name": n, "output": o, "photo": p} for n, o, p in rows],
        "mean": means,
    }
    folder = pathlib.Path(config.output)
    text = json.dumps(finite(content), indent=1, allow_nan=False)
    command.write(folder / "scores.json", lambda path: path.write_text(text + "\n"))
    captions = ("photo", "depth", f"level {config.level}", "target")
    labels = [captions] + [()] * (len(found.rows) - 1)
    images.write(folder / "sheet.png", pixels.sheet(found.rows, labels))
    print(table(means))
    if not file:
        print(f"LPIPS is left out: {lpips.REMEDY}")
    if found.left_out:
        names = ", ".join(sorted(found.left_out))
        print(f"left out where pictures are too small for it: {names}")
    print(f"{folder}: scores.json and sheet.png of {len(pairs)} pictures")


def table(means: dict[str, dict[str, float]]) -> str:
    """Scores as columns, the output above the untouched photo."""
    names = list(means["output"])
    lines = ["".join([f"{'':17}", *(f"{name:>9}" for name in names)])]
    for part, title in (("output", "the network"), ("photo", "untouched photo")):
        numbers = (f"{means[part][name]:9.4f}" for name in names)
        lines.append(f"{title:17}" + "".join(numbers))
    return "\n".join(lines)


def finite(content: Any) -> Any:
    """The same with null for numbers that JSON has not: the PSNR of equal pictures."""
    if isinstance(content, dict):
        return {key: finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [finite(value) for value in content]
    odd = isinstance(content, float) and not math.isfinite(content)
    return None if odd else content


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
