"""Flags that all trainings have, and which of them a resumed run may change."""

import dataclasses

import pytest

from darkroom import command, runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """A training's flags, with one that names its first weights."""

    data_dir: str | None = command.flag(None, "folder")
    schedule: str | None = command.flag(None, "of the learning rate")
    width: float | None = command.flag(None, "of the network")
    joint: bool = command.flag(False, "all at once")


def config(*flags: str) -> Config:
    return command.parse(Config, *flags)


def begin(folder, *flags: str) -> None:
    """What a run with these flags leaves."""
    (folder / "flags.txt").write_text(command.spell(config(*flags)))
    (folder / "state.npz").touch()


def test_what_is_given_stays():
    """Catches a preset that overrules the command line, even a zero in it."""
    given = config("--learning_rate=0", "--steps=3")
    filled = runs.fill_in(given, {"learning_rate": 1.0, "steps": 9, "width": 0.5})
    assert (filled.learning_rate, filled.steps, filled.width) == (0.0, 3, 0.5)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (["--learning_rate=2"], r"--learning_rate=1\.0, now it is 2\.0"),
        (["--width=0.25"], "--width=None, now it is 0.25"),
        (["--joint"], "--joint=False, now it is True"),
        (["--steps=9", "--eval_every=2", "--data_dir=moved", "--strategy=one"], None),
        ([], None),
    ],
)
def test_a_run_goes_on_with_the_flags_it_was_begun_with(tmp_path, now, said):
    begin(tmp_path, "--learning_rate=1")
    flags = config("--learning_rate=1", *now)
    if said is None:
        runs.check_flags(tmp_path, flags)
        return
    with pytest.raises(ValueError, match=said):
        runs.check_flags(tmp_path, flags)
    (tmp_path / "state.npz").unlink()
    runs.check_flags(tmp_path, flags)  # not begun: it has no state


def test_of_what_follows_from_steps_they_come_first(tmp_path):
    """Catches a sentence about a flag that nobody passed."""
    begin(tmp_path, "--schedule=linear", "--steps=6", "--learning_rate=3")
    with pytest.raises(ValueError, match="begun with --steps=6, now it is 4; pass"):
        flags = config("--schedule=linear", "--steps=4", "--learning_rate=2")
        runs.check_flags(tmp_path, flags)


@pytest.mark.parametrize("schedule", ["cosine", "halved"])
def test_steps_of_a_falling_rate_are_part_of_it(tmp_path, schedule):
    """Catches a schedule that changes under a resumed run."""
    begin(tmp_path, "--steps=6", "--schedule=constant")
    runs.check_flags(tmp_path, config("--steps=8", "--schedule=constant"))
    begin(tmp_path, "--steps=6", f"--schedule={schedule}")
    with pytest.raises(ValueError, match="begun with --steps=6, now it is 8"):
        runs.check_flags(tmp_path, config("--steps=8", f"--schedule={schedule}"))


def test_a_run_that_was_begun_before_there_was_a_flag_goes_on(tmp_path):
    """Catches a new flag that ends every training under way."""
    begin(tmp_path, "--steps=6")
    file = tmp_path / "flags.txt"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "--joint" not in line))
    runs.check_flags(tmp_path, config("--steps=6"))
    with pytest.raises(ValueError, match="--joint=False, now it is True"):
        runs.check_flags(tmp_path, config("--steps=6", "--joint"))
