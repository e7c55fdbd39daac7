"""Ways to train PyNET at equal computation, and the programs that do it.

Madan Y N's joint and staged trainings (EE769 course report, IIT Bombay), from the
paper's random start and from the identity; experiments 1 and 2 are made of them.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence

from benchmarks.experiments import outcome, steps
from pynet.config import WEIGHTS

# Of a training step with one picture, in those of level 1 (docs/benchmarks.md)
COST = {7: 0.022, 6: 0.039, 5: 0.105, 4: 0.346, 3: 0.914, 2: 0.944, 1: 1.0}
# Of the computation that each level gets, as the paper's steps and batches have it:
# most of it is the finest levels'
SHARE = {7: 0.02, 6: 0.03, 5: 0.06, 4: 0.09, 3: 0.15, 2: 0.15, 1: 0.5}
BATCH = {7: 8, 6: 8, 5: 8, 4: 4, 3: 1, 2: 1, 1: 1}


@dataclasses.dataclass(frozen=True)
class Arm:
    """One way to train.

    Attributes:
      title: in the table.
      pictures: to learn from.
      joint: all levels at once.
      start: the first weights.
      without: the level whose filters are left out.
    """

    title: str
    pictures: int
    joint: bool = False
    start: str = "paper"
    without: int | None = None


ARMS = {
    "joint_500": Arm("joint, 500 pictures", 500, joint=True),
    "joint_1500": Arm("joint, 1500 pictures", 1500, joint=True),
    "staged_100": Arm("staged, 100 pictures", 100),
    "staged_200": Arm("staged, 200 pictures", 200),
    "staged_400": Arm("staged, 400 pictures", 400),
    "staged_400_without_3": Arm("staged, 400, no filters of level 3", 400, without=3),
    "joint_500_identity": Arm("joint, 500, identity", 500, True, "identity"),
    "joint_1500_identity": Arm("joint, 1500, identity", 1500, True, "identity"),
    "staged_400_identity": Arm("staged, 400, identity", 400, start="identity"),
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on.

    Attributes:
      size: of the scenes.
      patch: side of a patch of the halved photo.
      test: held-out scenes.
      budget: of an arm, in training steps of level 1.
      learning_rate: its peak.
      arms: keys of `ARMS`.
      seeds: of the trainings.
    """

    size: str
    patch: int
    test: int
    budget: int
    learning_rate: float
    arms: tuple[str, ...]
    seeds: tuple[int, ...]


_FEW = ("joint_500", "staged_400", "joint_500_identity", "staged_400_identity")
_ALL = tuple(name for name in ARMS if name != "joint_500_identity")
SCALES = {
    "smoke": Settings("64x96", 32, 2, 8, 5e-4, ("joint_500", "staged_100"), (0,)),
    "short": Settings("192x288", 96, 24, 600, 5e-4, _FEW, (0,)),
    "evening": Settings("192x288", 96, 24, 1200, 5e-4, tuple(ARMS), (0,)),
    "night": Settings("256x384", 128, 24, 1500, 5e-4, _ALL, (0, 1)),
}


def level_steps(budget: int) -> dict[int, int]:
    """Returns the steps of each level that together cost `budget` steps of level 1."""
    return {
        level: max(1, round(SHARE[level] * budget / (COST[level] * BATCH[level])))
        for level in COST
    }


def plan(settings: Settings, folder: pathlib.Path) -> list[steps.Step]:
    """Returns the programs to run: scenes, then arm by arm, seed by seed."""
    return [
        _scenes(settings),
        *(
            step
            for seed in settings.seeds
            for name in settings.arms
            for step in arm_steps(settings, folder, name, seed)
        ),
    ]


def _scenes(settings: Settings) -> steps.Step:
    arguments = (
        *("--layout", "ebb", "--focused", "--size", settings.size, "--seed", "7"),
        *("--train", str(_pictures(settings)), "--test", str(settings.test)),
        *("--output", str(data_folder(settings))),
    )
    return steps.Step("scenes", "darkroom.scenes", arguments)


def _pictures(settings: Settings) -> int:
    return max(ARMS[name].pictures for name in settings.arms)


def data_folder(settings: Settings) -> pathlib.Path:
    """Returns the folder of the scenes."""
    name = f"focused_{settings.size}_{_pictures(settings)}_{settings.test}_7"
    return outcome.DATA / name


def arm_steps(
    settings: Settings, folder: pathlib.Path, name: str, seed: int
) -> list[steps.Step]:
    """Returns the trainings of an arm, and its evaluation."""
    arm, data = ARMS[name], data_folder(settings)
    few = data.with_name(f"{data.name}_first_{arm.pictures}")
    run = trainings(folder, name, seed)
    common: tuple[str, ...] = (
        *("--data_dir", str(few), "--preset", "tiny", "--precision", "float32"),
        *("--patch_size", str(settings.patch), "--start", arm.start),
        *("--learning_rate", str(settings.learning_rate), "--seed", str(seed)),
        *("--checkpoint_dir", str(run), "--validate", "2"),
    )
    if arm.without is not None:
        common += ("--without_filters_of", str(arm.without))
    key = f"{name}_{seed}"
    if arm.joint:
        flags = ("--level", "1", "--joint", "--steps", str(settings.budget), *common)
        found = [steps.Step(key, "pynet.train", flags)]
    else:
        found = [
            steps.Step(
                f"{key}_level_{level}",
                "pynet.train",
                (
                    *("--level", str(level), "--steps", str(number)),
                    *("--batch_size", str(BATCH[level]), *common),
                ),
            )
            for level, number in level_steps(settings.budget).items()
        ]
    last = run / ("joint" if arm.joint else "level_1") / WEIGHTS
    evaluation = (
        *("--level", "1", "--weights", str(last), "--data_dir", str(data)),
        *("--output", str(folder / f"scores_{key}")),
    )
    return [*found, steps.Step(f"scores_{key}", "pynet.evaluate", evaluation)]


def trainings(folder: pathlib.Path, name: str, seed: int) -> pathlib.Path:
    """Returns the folder of an arm's run folders, level_7 ... level_1 or joint."""
    return folder / "trainings" / f"{name}_{seed}"


def run(
    settings: Settings, wanted: Sequence[steps.Step], folder: pathlib.Path
) -> dict[str, float]:
    """Makes the scenes, links parts of them, runs the `wanted` programs."""
    spent = steps.run([_scenes(settings)], folder)
    for name in settings.arms:
        link_first(data_folder(settings), ARMS[name].pictures)
    return spent | steps.run(wanted, folder)


def link_first(data: pathlib.Path, count: int) -> pathlib.Path:
    """Makes a folder beside a data set with its first training scenes, by links."""
    few = data.with_name(f"{data.name}_first_{count}")
    for part in ("original", "original_depth", "bokeh"):
        (few / "train" / part).mkdir(parents=True, exist_ok=True)
        for file in (data / "train" / part).iterdir():
            link = few / "train" / part / file.name
            if int(file.stem) < count and not link.is_symlink():
                link.symlink_to(file.resolve())
    if not (few / "test").is_symlink():
        (few / "test").symlink_to((data / "test").resolve())
    return few
