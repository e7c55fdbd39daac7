"""What the lens must reach, and whether it has."""

from __future__ import annotations

import dataclasses
from typing import Any

TRUTH = "lens_truth"  # the set whose figures are known; others have relative targets


@dataclasses.dataclass(frozen=True)
class Target:
    """A number that is to be at least, or at most, another.

    Attributes:
      what: in words.
      bound: the number to reach.
      found: the number that was found; None if it was not measured.
      at_least: whether larger is better.
    """

    what: str
    bound: float
    found: float | None
    at_least: bool = True

    @property
    def met(self) -> bool | None:
        """None if it was not measured."""
        if self.found is None:
            return None
        over = self.found >= self.bound
        return over if self.at_least else self.found <= self.bound


def check(report: dict[str, Any]) -> list[Target]:
    """The targets, in the order of the report.

    Args:
      report: as from `report.report`.
    """
    sets, ratios, memory = (report.get(n, {}) for n in ("sets", "ratios", "memory"))
    made = [Target("radius 0 is the photo, bit for bit", 1, report.get("identity"))]
    energy = report.get("energy", {}).get("lens")
    made.append(Target("light energy, relative error", 0.005, energy, False))
    if TRUTH in sets:
        lens = sets[TRUTH]["lens"]["mean"]
        for name, what, bound in (
            ("psnr", "PSNR", 38.0),
            ("ssim", "SSIM", 0.988),
            ("edges", "PSNR near depth edges", 34.5),
            ("worst", "PSNR of the worst shot", 31.0),
        ):
            made.append(Target(f"{TRUTH}: {what}", bound, lens[name]))
    for name, found in sets.items():
        kept = found["lens"]["mean"]["sharpness"]
        made.append(Target(f"{name}: detail kept in focus", 0.99, kept))
        if name != TRUTH:
            for other, bound in (("gather", 4.5), ("classic", 8.5)):
                gain = found["lens"]["mean"]["psnr"] - found[other]["mean"]["psnr"]
                made.append(Target(f"{name}: dB above {other}", bound, gain))
    for size, most in (("1", 3.0), ("12", 1.6)):
        found = ratios.get(size, {}).get("over gaussian")
        what = f"{size} MP: CPU-seconds over a Gaussian blur's"
        made.append(Target(what, most, found, False))
    for size, of in ratios.items():
        for scaled in ("", " scaled"):
            found = of[f"40 over 12{scaled}"]
            what = f"{size} MP: K 40 over K 12{scaled}"
            made.append(Target(what, 1.1, found, False))
    made.append(Target("12 MP: peak memory, GB", 1.0, memory.get("12"), False))
    return made
