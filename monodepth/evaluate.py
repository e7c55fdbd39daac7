"""Scores depth against measured depth: KITTI 2015, the Eigen split, stereo folders.

  python -m monodepth.evaluate --benchmark kitti --data_dir KITTI \\
      --weights checkpoints/monodepth/monodepth.weights.h5 --baselines

Writes scores.json (all scores of each picture, and their means) and a sheet of errors
for each row of the table that it prints. abs_rel to d1_all, and epe (the end-point
error, in pixels), are better when lower, a1 to a3 when higher.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from monodepth.evaluation import predictors, truth


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.evaluate."""

    benchmark: Literal["kitti", "eigen", "stereo"] = cli.flag(
        "stereo", "KITTI 2015, KITTI's LIDAR (Eigen split), or a folder of stereo pairs"
    )
    data_dir: str = cli.flag(
        "data/stereo", "folder in the benchmark's layout; monodepth.train's scenes"
    )
    filenames_file: str | None = cli.flag(
        None, "a left picture a line: those to score; Eigen's must be given"
    )
    truth: Literal["noc", "occ"] = cli.flag(
        "noc",
        "KITTI 2015's: what both cameras see (disp_noc_0, the paper's), or occluded "
        "pixels, too; disp_occ_0 serves where the other is missing, and a line says so",
    )
    garg_crop: bool = cli.flag(
        True, "Eigen: score only where Garg et al. 2016 look, as the paper's tables do"
    )
    protocol: Literal["monodepth", "monodepth2"] = cli.flag(
        "monodepth",
        "Eigen: the paper's rules; monodepth2 adds rows by those of later papers: in "
        "the crop, to 80 m, with .54 m between the cameras, and scaled by medians",
    )
    disparity_scale: float | None = cli.flag(
        None, "a stereo folder's stored values over pixels", lower_bound=1e-9
    )
    weights: str | None = cli.flag(
        None, "a .weights.h5, or a .tflite; without it, monodepth.train's"
    )
    encoder: Literal["vgg", "resnet50"] | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str | None = cli.flag(
        None, "HxW of the network's picture, if other than in training"
    )
    predictions: str | None = cli.flag(
        None, "instead of a network: folder with NAME.npy each, or one .npy of all"
    )
    align: Literal["none", "median", "scale_shift"] = cli.flag(
        "none", "of a relative depth, to each picture's truth"
    )
    baselines: bool = cli.flag(
        False,
        "also score a constant, a slope, a guess per row, stereo matching; without "
        "--weights, these alone",
    )
    max_depth: float = cli.flag(
        80.0,
        "metres beyond which a depth is clipped; Eigen's truth from there on is not "
        "scored",
        lower_bound=0.001,
    )
    output: str = cli.flag("scores", "folder for scores.json and the sheets")
    pictures: int | None = cli.flag(
        None, "how many, from the first; all without it", lower_bound=1
    )


def main(config: Config) -> None:
    """Evaluates, writes the scores and the sheets, prints a table of the means."""
    from tqdm import auto

    from darkroom.io import images
    from darkroom.metrics import reports
    from monodepth.evaluation import eigen, scores

    if config.protocol == "monodepth2" and config.benchmark != "eigen":
        raise ValueError(
            f"the protocol monodepth2 scores the Eigen split, not {config.benchmark}; "
            "pass --benchmark eigen, or leave --protocol out"
        )
    protocol = eigen.monodepth2 if config.protocol == "monodepth2" else None
    config, note = _resolve_truth(config)
    scenes = _scenes(config)[: config.pictures]
    predict = _predictors(config, scenes)
    bar = auto.tqdm(scenes, unit="picture")
    scored = scores.evaluate(
        bar, predict, config.align, config.max_depth, protocol=protocol
    )
    means = {name: each.mean for name, each in scored.items()}
    content = {
        **dataclasses.asdict(config),
        "mean": means,
        "pictures": [
            {"name": scene.name}
            | {name: each.scores[n] for name, each in scored.items()}
            for n, scene in enumerate(scenes)
        ],
    }
    folder = pathlib.Path(config.output)
    reports.write(folder / "scores.json", content)
    for name in predict:
        images.write(folder / f"{name}.png", scored[name].grid)
    print(reports.columns(means, digits=3))
    sheets = ", ".join(f"{name}.png" for name in predict)
    print(f"{folder}: scores.json, {sheets} of {len(scenes)} pictures{note}")


def _resolve_truth(config: Config) -> tuple[Config, str]:
    """Returns the config with the truth that there is; a remark if it is another."""
    from monodepth.evaluation import kitti

    if config.benchmark != "kitti":
        return config, ""
    maps = kitti.ground_truth(config.data_dir, config.truth)
    if maps.name == f"disp_{config.truth}_0":
        return config, ""
    return dataclasses.replace(config, truth="occ"), (
        f"\nscored on {maps}, occluded pixels too: there is no disp_noc_0, which "
        "published numbers are of"
    )


def _scenes(config: Config) -> list[truth.Scene]:
    from monodepth.evaluation import eigen, kitti, middlebury

    if config.benchmark == "kitti":
        return kitti.scenes(config.data_dir, config.filenames_file, config.truth)
    if config.benchmark == "eigen":
        return eigen.scenes(
            config.data_dir, config.filenames_file, config.garg_crop, config.max_depth
        )
    return middlebury.scenes(
        config.data_dir, config.filenames_file, config.disparity_scale
    )


def _predictors(
    config: Config, scenes: list[truth.Scene]
) -> dict[str, predictors.Predictor]:
    """Returns what is scored, by the names of the table's rows."""
    from monodepth import prediction
    from monodepth.evaluation import predictors

    rows: dict[str, predictors.Predictor] = {}
    if config.weights and config.predictions:
        raise ValueError(
            f"got the weights {config.weights} and the predictions "
            f"{config.predictions}; pass only one of them"
        )
    if config.predictions:
        rows["predictions"] = predictors.from_files(config.predictions, scenes)
    elif config.weights or not config.baselines:
        size = cli.parse_size(config.size) if config.size else None
        network = prediction.load(config.weights, config.encoder, config.width, size)
        rows["network"] = predictors.by_network(network)
    if config.baselines:
        rows |= predictors.averages(scenes)
        if all(scene.right for scene in scenes):
            rows["matching"] = predictors.matching
    return rows


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
