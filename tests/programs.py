"""Programs, run as a person would."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]


def examples(module: str, *otherwise: tuple[str, str]) -> list[str]:
    """The commands in a program's docstring.

    Args:
      module: monodepth.export ...
      otherwise: what to say in the place of what, such as a smaller size.
    """
    file = ROOT / f"{module.replace('.', '/')}.py"
    text = file.read_text().replace("\\\\\n", " ")
    commands = re.findall(
        rf"^  (python -m {re.escape(module)} .*)$", text, re.MULTILINE
    )
    for before, after in otherwise:
        commands = [command.replace(before, after) for command in commands]
    return commands


def run(
    command: str, folder: pathlib.Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs `python ...` in a folder, with this repository's packages."""
    return subprocess.run(
        command.replace("python", sys.executable, 1),
        shell=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )
