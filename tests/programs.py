"""Programs, run as a person would."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import types
import typing

ROOT = pathlib.Path(__file__).parents[1]
PACKAGES = ("benchmarks", "cyclegan_tf", "darkroom", "monodepth", "pynet")


def modules() -> list[str]:
    """All programs, as `python -m` takes them."""
    files = [file for part in PACKAGES for file in ROOT.glob(f"{part}/**/*.py")]
    found = [file for file in files if "def console()" in file.read_text()]
    names = [".".join(f.relative_to(ROOT).with_suffix("").parts) for f in found]
    return sorted(name.removesuffix(".__main__") for name in names)


def load(module: str) -> tuple[types.ModuleType, type]:
    """A program's module and the type of its config."""
    is_package = importlib.util.find_spec(module).submodule_search_locations
    program = importlib.import_module(f"{module}.__main__" if is_package else module)
    return program, next(iter(typing.get_type_hints(program.main).values()))


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
