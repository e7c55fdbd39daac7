"""Turns photos into photos of a wide-aperture lens; starts darkroom's other programs.

  darkroom photo.jpg                   # writes photo_bokeh.jpg beside it
  darkroom holidays --output bokeh     # a whole folder
  darkroom page                        # in the browser, where a click focuses
  darkroom depth fetch                 # brings a network that finds depth, once
  darkroom subjects fetch              # brings the network that finds persons
  darkroom library --input 'photos/**' --output DIR   # on many machines
  darkroom scenes --output DIR         # generated scenes with exact answers

`python -m darkroom` is the same. The flags below are those of `darkroom PHOTO...`;
`darkroom page --help` tells the page's, and so on. --version tells the version.
"""

from __future__ import annotations

import importlib
import pathlib
import sys

import darkroom
from darkroom import program
from darkroom.render import __main__ as render


def programs() -> list[str]:
    """The programs that `darkroom NAME` starts: the sub-packages that are programs."""
    here = pathlib.Path(__file__).parent
    return sorted(file.parent.name for file in here.glob("*/__main__.py"))


def main(config: render.Config, *photos: str) -> None:
    """Renders photos."""
    render.main(config, *photos)


def console() -> None:
    """Starts the program that the first word names, or renders photos."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first in programs():
        del sys.argv[1]
        importlib.import_module(f"darkroom.{first}.__main__").console()
    elif first == "--version":
        print(f"darkroom {darkroom.__version__}")
    else:
        if not first:
            sys.argv.append("--help")
        program.run(main, render.Config)


if __name__ == "__main__":
    console()
