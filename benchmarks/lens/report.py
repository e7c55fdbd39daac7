"""Everything that is measured, as one dictionary for a JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.lens import comparison, cost, properties, renderers, truth


def report(sets: Mapping[str, Sequence[truth.Shot]], repeats: int) -> dict[str, Any]:
    """Compares all renderers on all sets, and measures what the lens costs.

    Args:
      sets: shots by the name of their set.
      repeats: of what is timed; 0 measures no cost.

    Returns:
      sets: `comparison.compare` of each.
      energy: `properties.energy` of each renderer.
      identity: `properties.identity`.
      seconds, ratios, memory: as from `cost.measure`; missing without repeats.
    """
    among = renderers.ALL
    found = {
        "sets": {
            name: comparison.compare(of, among, name) for name, of in sets.items()
        },
        "energy": {name: properties.energy(render) for name, render in among.items()},
        "identity": properties.identity(),
    }
    return found | (cost.measure(repeats) if repeats else {})
