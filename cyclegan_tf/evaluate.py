"""Scores generators on held-out pictures, several in one table.

  python -m cyclegan_tf.evaluate --task portrait --weights \\
      checkpoints/cyclegan_tf/cyclegan_portrait/generator_a.weights.h5
  python -m cyclegan_tf.evaluate --task depth --data_dir NYU --weights \\
      pix2pix=p/generator.weights.h5,cyclegan=c/generator_a.weights.h5

Writes scores.json and sheet.png, which shows all methods on the same photos.

portrait: subject, the mean difference inside the person, is better when lower;
background, the share of its sharpness that is left, is the blur that was asked for.
Beside the networks stand the person over two blurred backgrounds. depth: abs_rel to
log_rmse in metres, and compat_rms (the "RMS" of "Bokeh Effect: Deep Learning Framework
for Depth Estimation": the root of 255 times the mean square, of maps in [0, 1]) are
better when lower, a1 to a3 when higher. Beside the
networks stand the best constant and the best slope from top to bottom.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from cyclegan_tf.evaluation.comparison import Comparison, Networks


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.evaluate."""

    task: Literal["depth", "portrait"] = cli.flag(
        "portrait", "what the networks were trained for"
    )
    weights: str | None = cli.flag(
        None, "FILE,FILE,... or NAME=FILE,...: the generators to score, .weights.h5"
    )
    data_dir: str | None = cli.flag(
        None, "folder as for cyclegan_tf.train; without it, its generated scenes"
    )
    split: str = cli.flag("test", "train or test")
    size: str | None = cli.flag(
        None, "portraits: HxW that they are scored at; without it, as in training"
    )
    output: str = cli.flag("scores", "folder for scores.json and sheet.png")
    pictures: int | None = cli.flag(
        None, "how many, from the first; all without it", lower_bound=1
    )


def main(config: Config) -> None:
    """Evaluates, writes the scores and the grid, prints a table of the means."""
    files = named_files(config.weights) if config.weights else {}

    from cyclegan_tf import generator
    from cyclegan_tf.data import samples
    from darkroom.io import images
    from darkroom.metrics import reports

    folder = config.data_dir or str(samples.generated_scenes(config.task))
    networks = {n: generator.load(file, config.task) for n, file in files.items()}
    compare = _portraits if config.task == "portrait" else _depths
    comparison = compare(config, folder, networks)
    content = {
        **dataclasses.asdict(config),
        "mean": comparison.means,
        "pictures": [
            {"name": name}
            | {each: rows[n] for each, rows in comparison.results.items()}
            for n, name in enumerate(comparison.names)
        ],
    }
    output = pathlib.Path(config.output)
    reports.write(output / "scores.json", content)
    images.write(output / "sheet.png", comparison.grid)
    print(reports.columns(comparison.means))
    print(f"{output}: scores.json and sheet.png of {len(comparison.names)} pictures")


def named_files(weights: str) -> dict[str, str]:
    """Reads a list of files with commas: the files by the names of their rows.

    A file without a name of its own gets that of its run's folder.

    Raises:
      ValueError: one is empty, or two have the same name.
    """
    files: dict[str, str] = {}
    for entry in weights.split(","):
        name, equals, file = entry.partition("=")
        if not equals:
            name, file = pathlib.Path(entry).absolute().parent.name, entry
        if not file:
            raise ValueError(
                f"--weights {weights} names no file in one place; expected "
                "FILE,FILE,... or NAME=FILE,..."
            )
        if name in files:
            raise ValueError(
                f"{files[name]} and {file} would both be called {name}; pass "
                "--weights NAME=FILE,OTHER=FILE"
            )
        files[name] = file
    return files


def _portraits(config: Config, folder: str, networks: Networks) -> Comparison:
    from cyclegan_tf.data import folders
    from cyclegan_tf.evaluation import comparison
    from cyclegan_tf.weights import SIDE, check_size

    photos, *_ = folders.domains(folder, config.split)
    sizes = {network.card.size for network in networks.values()} or {(SIDE, SIDE)}
    if config.size:
        sizes = {cli.parse_size(config.size)}
    if len(sizes) > 1:
        several = " and ".join(f"{h}x{w}" for h, w in sorted(sizes))
        raise ValueError(
            f"the networks were trained at {several}, and a blur is only fair at one "
            "size; pass --size HxW"
        )
    size = sizes.pop()
    for network in networks.values():
        check_size(network.card, size)
    return comparison.portraits(networks, photos[: config.pictures], size)


def _depths(config: Config, folder: str, networks: Networks) -> Comparison:
    from cyclegan_tf.data import encoding, folders, pictures
    from cyclegan_tf.evaluation import comparison

    pairs = folders.pairs(folder, config.split)[: config.pictures]
    encodings = {network.card.encoding for network in networks.values()}
    if len(encodings) > 1:
        several = " and ".join(sorted(each.unit for each in encodings))
        raise ValueError(
            f"the networks encode depths in {several}, and are not scored on the same "
            "pixels; evaluate them one by one"
        )
    first = pairs[0][1]
    stored = encoding.fitting(pictures.stored_depth(first))
    own = encodings.pop() if encodings else stored
    if (own.farthest is None) != (stored.farthest is None):
        raise ValueError(
            f"{first.path} holds depths in {stored.unit}, and the networks encode them "
            f"in {own.unit}; pass --data_dir with maps of their kind"
        )
    return comparison.depths(networks, pairs, own)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
