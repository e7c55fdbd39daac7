"""What the experiments' trainings of cyclegan_tf have in common."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the numbers depend on.

    Attributes:
      side: of the pictures or crops that are trained on, a power of two.
      train: scenes to learn from; of portraits, of either kind.
      test: held-out scenes.
      steps: of each training; in the last half the rate falls.
      width: of the networks.
      seeds: of the trainings.
    """

    side: int
    train: int
    test: int
    steps: int
    width: float
    seeds: tuple[int, ...]
