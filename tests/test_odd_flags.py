"""Odd command lines at every program: each is read, or refused in one sentence.

FLAG_LINES sets how many; scripts/torture.sh flags takes 2,000.
"""

import dataclasses
import os
import pathlib

import numpy as np
import programs
import pytest
from absl import flags

from darkroom import cli, program

LINES = int(os.environ.get("FLAG_LINES", "300"))
VALUES = (
    *("", "0", "-1", "7", "1e400", "nan", "-inf", "1_0", "0x10", "9" * 400, "٣"),
    *("true", "maybe", "None", "a.png", "128x256", "x", "~", "~/x", "~nobody/x", "="),
    *("two words", "'", '"', "\\", "$HOME", "*", "\t\n", "\r", "\x1b[2J", "\0", "é"),
    *(
        "\ud800",
        "💡" * 50,
        "--",
        "-",
        "--seed",
        "/",
        ".",
        "..",
        "/dev/null",
        "a" * 5000,
    ),
)
FILES = {  # flagfiles
    "empty": b"",
    "plain": b"--seed=3\n# a comment\n\nno flag\n",
    "wide": "--seed=3\n".encode("utf-16"),
    "latin": b"--data_dir=caf\xe9\n",
    "zeros": bytes(1000),
    "itself": b"--flagfile=itself\n",
    "unknown": b"--no_such_flag=1\n--=\n-\n--\n",
    "noise": np.random.Generator(np.random.PCG64(1)).bytes(4000),
}


def lines(config_type: type, rng: np.random.Generator) -> list[str]:
    """A command line of a few words: flags of the program and others, and values."""
    names = [field.name for field in dataclasses.fields(config_type)]
    words = []
    for _ in range(int(rng.integers(1, 6))):
        name = str(rng.choice([*names, "flagfile", "no_such_flag", "v", "undefok", ""]))
        value = str(rng.choice([*FILES, "missing", "."]))
        if name != "flagfile":
            value = VALUES[int(rng.integers(len(VALUES)))]
        dashes = ("--", "-", "--no", "---")[
            int(rng.choice(4, p=(0.7, 0.1, 0.15, 0.05)))
        ]
        match int(rng.integers(8)):
            case 0:
                words.append(value)
            case 1:
                words.append(f"{dashes}{name}")
            case 2:
                words += [f"{dashes}{name}", value]
            case _:
                words.append(f"{dashes}{name}={value}")
    return words


def outcome(config_type: type, words: list[str]) -> str:
    """What became of a line: read, refused, or in what way it failed."""
    values = flags.FlagValues()
    cli.define(config_type, values)
    try:
        arguments = values(["program", *cli.with_flagfiles(words)])
        cli.read(config_type, values)
        assert arguments[0] == "program"
    except (ValueError, OSError, flags.Error) as error:
        said = program.sentence(error)
        return "refused" if said.strip() and "\n" not in said else f"says {said!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


@pytest.fixture
def flagfiles(tmp_path, monkeypatch):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)


def test_odd_lines_are_read_or_refused_in_a_sentence(flagfiles):
    rng = np.random.Generator(np.random.PCG64(2000))
    modules = programs.modules()
    results = []
    for number in range(LINES):
        module = modules[number % len(modules)]
        _, config_type = programs.load(module)
        words = lines(config_type, rng)
        results.append(outcome(config_type, words))
        assert results[-1] in ("read", "refused"), f"{module} {words}: {results[-1]}"
    print(
        f"{LINES} lines over {len(modules)} programs: {results.count('read')} read, "
        f"{results.count('refused')} refused"
    )
    assert results.count("read") and results.count("refused")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "9" * 400])
def test_no_number_flag_takes_what_no_library_can(value):
    """Catches a NaN, which bounds alone let through, and an OverflowError later."""
    for module in programs.modules():
        _, config_type = programs.load(module)
        values = flags.FlagValues()
        cli.define(config_type, values)
        for field in dataclasses.fields(config_type):
            if values[field.name].flag_type() in ("int", "float"):
                with pytest.raises(flags.Error, match=field.name):
                    cli.parse(config_type, f"--{field.name}={value}")


def test_a_null_byte_in_a_path_is_a_sentence(tmp_path):
    """It cannot come by a command line, but from a flagfile it can."""
    (tmp_path / "flags").write_bytes(b"--flagfile=a\0b\n")
    with pytest.raises((ValueError, OSError)):
        cli.with_flagfiles([f"--flagfile={pathlib.Path(tmp_path / 'flags')}"])
