"""All photos of a command, one after the other."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from tqdm import auto

from darkroom import cli
from darkroom.io import companions, files
from darkroom.render import order


def render(
    arguments: Sequence[str],
    output: str | None,
    named: companions.Named,
    asked: order.Order,
) -> None:
    """Renders all photos, one after the other, and says what became of each.

    A sweep stands in for the picture, unless an output is named for that as well.

    Raises:
      ValueError: what was asked for cannot be; or, after all others are done, a photo
        could not be rendered.
    """
    chosen, others = files.photos(arguments)
    order.check(asked, named, len(chosen))
    becomes = files.outputs(chosen, output)
    if others:
        print(f"left out, as they go with others: {', '.join(map(str, others))}")

    from darkroom.render import shot

    several, failed = len(chosen) > 1, 0
    for photo in auto.tqdm(chosen, unit="photo", disable=not several):
        try:
            job = companions.job(photo, becomes[photo], named)
            if named.sweep and not output:
                job = dataclasses.replace(job, output=None)
            auto.tqdm.write(shot.render(job, asked))
        except (ValueError, OSError) as error:
            said = cli.sentence(error)
            said = said if str(photo) in said else f"{photo}: {said}"
            if not several:
                raise ValueError(said) from error
            failed += 1
            auto.tqdm.write(f"error: {said}", file=sys.stderr)
    if failed:
        raise ValueError(f"{failed} of {len(chosen)} photos could not be rendered")
