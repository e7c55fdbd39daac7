"""All renderers on all shots of a set: scores of each, means, the worst."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.lens import renderers, scores, truth
from darkroom import pixels

Row = dict[str, float | None]


def compare(
    shots: Sequence[truth.Shot], among: Mapping[str, renderers.Renderer], name: str
) -> dict[str, dict[str, Any]]:
    """The scores of each renderer, and its CPU-milliseconds.

    Args:
      shots: a set.
      among: the renderers by name.
      name: of the set, for the progress bar.

    Returns:
      by renderer, `shots`: a row of scores for each, by its name, and `mean`: their
      `summary`.
    """
    import tqdm

    for render in among.values():  # compiles and warms up
        rendered(render, shots[0])
    rows: dict[str, dict[str, Row]] = {one: {} for one in among}
    for shot in tqdm.tqdm(shots, desc=name, unit="shot"):
        for one, render in among.items():
            start = time.process_time()
            made = rendered(render, shot)
            taken = 1000 * (time.process_time() - start)
            found = scores.score(shot, pixels.to_uint8(made))
            rows[one][shot.name] = {**found, "milliseconds": taken}
    return {
        one: {"mean": summary(list(found.values())), "shots": found}
        for one, found in rows.items()
    }


def rendered(render: renderers.Renderer, shot: truth.Shot) -> scores.Array:
    """What a renderer makes of a shot."""
    return render(shot.photo, shot.disparity, shot.focus, shot.radius)


def summary(rows: Sequence[Row]) -> Row:
    """The means over the shots that have a score; None where none has.

    Errors of `energy` count whatever their sign.

    Returns:
      the names of a row, and `worst`: the lowest PSNR.
    """
    means: Row = {}
    for name in rows[0]:
        values = [value for row in rows if (value := row[name]) is not None]
        if name == "energy":
            values = [abs(value) for value in values]
        means[name] = statistics.fmean(values) if values else None
    means["worst"] = min(value for row in rows if (value := row["psnr"]) is not None)
    return means
