"""Flags from a dataclass, and back; sizes."""

import dataclasses
from typing import Literal

import pytest
from absl import flags

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of a program that is made up."""

    level: int = cli.flag(7, "which", lower_bound=1, upper_bound=7)
    batch_size: int | None = cli.flag(None, "how many", lower_bound=1)
    width: float | None = cli.flag(None, "how wide")
    data_dir: str | None = cli.flag(None, "where from")
    start: Literal["paper", "identity"] | None = cli.flag(None, "how")
    strategy: Literal["one", "mirrored"] = cli.flag("one", "on what")
    joint: bool = cli.flag(False, "all at once", may_differ=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([], Config()),
        (["--level=3", "--batch_size", "5"], Config(level=3, batch_size=5)),
        (["--width=0.125", "--joint"], Config(width=0.125, joint=True)),
        (["--nojoint", "--start=identity"], Config(start="identity")),
        (["--data_dir=a b=c/ü"], Config(data_dir="a b=c/ü")),
    ],
)
def test_a_line_and_its_config(tmp_path, line, expected):
    """There and back again, through a --flagfile too."""
    assert cli.parse(Config, *line) == expected
    file = tmp_path / "flags.txt"
    file.write_text(cli.spell(expected))
    assert cli.parse(Config, f"--flagfile={file}") == expected


@pytest.mark.parametrize(
    "line",
    ["--level=8", "--level=0", "--level=x", "--batch_size=0", "--start=no", "--nix=1"],
)
def test_a_bad_line_is_refused(line):
    with pytest.raises(flags.Error):
        cli.parse(Config, line)


def test_a_flag_says_whether_a_resumed_run_may_change_it():
    assert cli.may_differ(Config) == {"joint"}


def test_two_programs_may_share_a_flag_name():
    """Catches flags that come into being when a module is imported."""

    @dataclasses.dataclass(frozen=True)
    class Other:
        level: str = cli.flag("high", "another level")

    assert cli.parse(Other) == Other()
    assert cli.parse(Config) == Config()


def test_home_behind_an_equals_sign(monkeypatch):
    monkeypatch.setenv("HOME", "/home/zoe")
    assert cli.parse(Named, "--name=~/x.png") == Named("/home/zoe/x.png")
    assert cli.parse(Named, "--name=a~/x.png") == Named("a~/x.png")


@dataclasses.dataclass(frozen=True)
class Named:
    name: str | None = cli.flag(None, "a file")


@dataclasses.dataclass(frozen=True)
class Deep:
    wide: float | Literal["auto", "all"] | None = cli.flag(None, "how wide")


def test_a_flag_may_be_a_number_or_a_word():
    assert cli.parse(Deep) == Deep(None)
    assert cli.parse(Deep, "--wide=0.5") == Deep(0.5)
    assert cli.parse(Deep, "--wide=auto") == Deep("auto")
    assert cli.parse(Deep, *cli.spell(Deep("all")).split()) == Deep("all")
    with pytest.raises(flags.Error, match="expected a number, or auto or all"):
        cli.parse(Deep, "--wide=much")


def test_a_size_is_height_first():
    assert cli.parse_size("64x96") == (64, 96)


@pytest.mark.parametrize("text", ["", "64", "64x", "0x64", "64x0", "-1x5", "64x64x3"])
def test_a_size_that_is_none(text):
    with pytest.raises(ValueError, match=f"size is {text}; expected HxW, height first"):
        cli.parse_size(text)
