"""What is installed, and that it can do without TensorFlow where it says so."""

import configparser
import re
import shlex
import subprocess

import programs

import darkroom

SETUP = configparser.ConfigParser()
SETUP.read(programs.ROOT / "setup.cfg")


def requirements(text: str) -> set[str]:
    return {line for line in text.splitlines() if line and not line.startswith("#")}


def test_the_lens_needs_a_part_of_what_everything_needs():
    everything = requirements(SETUP["options"]["install_requires"])
    lens = requirements((programs.ROOT / "requirements-lens.txt").read_text())
    assert lens < everything
    names = {re.split(r"[ ><=!]", line)[0] for line in everything - lens}
    assert names == {
        *("tensorflow", "keras", "tensorboard", "h5py"),
        *("imageio", "scikit-image", "scipy"),
    }


def test_every_program_is_a_command():
    commands = SETUP["options.entry_points"]["console_scripts"].split()
    targets = [word.removesuffix(":console") for word in commands if ":" in word]
    installed = [m for m in programs.modules() if not m.startswith("benchmarks")]
    assert sorted(name.removesuffix(".__main__") for name in targets) == installed


def test_scripts_are_sh(tmp_path):
    scripts = [*programs.ROOT.glob("scripts/**/*.sh"), programs.ROOT / ".ci/run"]
    for script in scripts:
        found = subprocess.run(["sh", "-n", script], capture_output=True, text=True)
        assert found.returncode == 0, f"{script}: {found.stderr}"
        assert shlex.split(script.read_text().splitlines()[0]) == ["#!/bin/sh"]


def test_version_is_read_from_the_package():
    assert SETUP["metadata"]["version"] == "attr: darkroom.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", darkroom.__version__)
    citation = (programs.ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {darkroom.__version__}\n" in citation
