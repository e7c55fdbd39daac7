"""Tables of measured numbers, and one sentence on the limits that they are to keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from darkroom.metrics import reports

Row = Sequence[str]

markdown = reports.markdown


def number(value: float | None, digits: int) -> str:
    """Returns a cell; a dash for what was not measured."""
    return "-" if value is None else f"{value:.{digits}f}"


@dataclasses.dataclass(frozen=True)
class Limit:
    """A bound that a measured number is to keep.

    Attributes:
      what: the number in words.
      value: what was measured; None if it was not.
      bound: the most that it may be, or the least.
      at_least: whether it is the least.
    """

    what: str
    value: float | None
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is kept; None if it was not measured."""
        if self.value is None:
            return None
        # A NaN keeps no bound.
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        most = "at least" if self.at_least else "at most"
        return f"{self.what}: {self.value:.4g}, expected {most} {self.bound:g}"


def verdict(limits: Sequence[Limit]) -> str:
    """Returns one sentence: which limits are missed, of those that were measured."""
    measured = [limit for limit in limits if limit.met is not None]
    missed = [str(limit) for limit in measured if not limit.met]
    if not measured:
        return "Nothing to judge: no limit is of what was measured."
    if missed:
        return f"{len(missed)} of {len(measured)} limits missed: {'; '.join(missed)}."
    return f"All {len(measured)} limits are kept."
