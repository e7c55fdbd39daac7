"""Draws the floors that setup.cfg's import contracts hold, for docs/architecture.md.

  python docs/floors.py

What stands on a floor may import what stands below, never what stands above. Beside one
another, `a : b` may import each other, `a | b` may not.
"""

import configparser
import pathlib

SETUP = pathlib.Path(__file__).parents[1] / "setup.cfg"


def floors(contract: str) -> list[str]:
    """The floors of a contract from the top down, a line each."""
    setup = configparser.ConfigParser()
    setup.read(SETUP)
    layers = setup[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [layer.strip("()") for layer in layers if layer]


def drawn(lines: list[str], title: str) -> list[str]:
    """A house of floors."""
    width = max(len(line) for line in [*lines, title])
    between = f"├{'─' * (width + 2)}┤"
    roof, ground = f"┌─ {title} {'─' * (width - len(title) - 1)}┐", between[1:-1]
    rows = [f"│ {line:{width}} │" for line in lines]
    return [roof, *f"\n{between}\n".join(rows).split("\n"), f"└{ground}┘"]


def picture() -> str:
    """The repository, and darkroom in it."""
    repository, darkroom = floors("packages"), floors("floors")
    return "\n".join([*drawn(repository, "repository"), *drawn(darkroom, "darkroom")])


if __name__ == "__main__":
    print(picture())
