"""What is to be done with every photo of a command, and which photos these are."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Literal

from darkroom.io import companions, files
from darkroom.render import autofocus, look, masks, network, sweep


@dataclasses.dataclass(frozen=True)
class RenderOptions:
    """The same for all photos.

    Attributes:
      look: how they are drawn.
      focus: where they are sharp.
      invert_depth: the depth maps are larger where farther.
      depth_unit: what the maps hold, or a network answers; empty for disparity in maps,
        and for what the network's file says.
      view: whether the depth is written, too, to look at.
      sweep: the file of a focus sweep, for one photo; or the ending of each photo's.
      sweep_size: its longer side in pixels.
      depth_scaling: how a depth network wants its picture; empty to go by its
        file.
      embed_depth: the disparity is written into the picture, a JPEG.
      max_megapixels: of a photo or a map; larger ones are refused.
    """

    look: look.Look
    focus: autofocus.FocusRequest = autofocus.ANYTHING
    invert_depth: bool = False
    depth_unit: Literal["", "disparity", "depth", "metres"] = ""
    view: bool = False
    sweep: str | None = None
    sweep_size: int = 720
    depth_scaling: str = ""
    embed_depth: bool = False
    max_megapixels: int = 200


def check(options: RenderOptions, named: companions.Companions, photos: int) -> None:
    """Refuses what cannot go together, before any work.

    Raises:
      OSError, ValueError: one file for several photos; a sweep that cannot be written;
        a network that is none, or with what it has no control for.
    """
    named.check(photos)
    if options.sweep:
        ending = sweep.ending(options.sweep)
        if photos > 1 and not sweep.is_each(options.sweep):
            raise ValueError(
                f"--sweep {options.sweep} is one file for {photos} photos; pass "
                f"--sweep {ending}, which writes NAME_sweep.{ending} for each"
            )
    method = options.look.method
    if named.matte:
        masks.check_method(method)
    if not look.is_network(method):
        return
    idle = {
        "a mask": named.mask or named.blur_mask,
        "a sweep": options.sweep,
        "a depth view": options.view,
    }
    for name, asked in idle.items():
        if asked:
            raise ValueError(
                f"{method} draws as it was trained to, {name} has no effect on it; "
                "take the method lens, or leave it out"
            )
    network.load(method)


def jobs(
    arguments: Sequence[str],
    output: str | None,
    named: companions.Companions,
    options: RenderOptions,
) -> list[files.Job]:
    """Finds the photos and what they become: NAME_bokeh, or NAME in a folder.

    A sweep stands in for the picture, unless an output is named for that as well.

    Raises:
      OSError, ValueError: as `files.jobs` and `check`.
    """
    todo = files.jobs(arguments, output, {"picture": "_bokeh"}, {"picture": ""}, named)
    check(options, named, len(todo))
    if options.embed_depth:
        for job in todo:
            _check_jpeg(job.outputs["picture"])
    return [
        dataclasses.replace(job, outputs=_outputs(job, output, options)) for job in todo
    ]


def _check_jpeg(picture: pathlib.Path) -> None:
    if picture.suffix.lower() not in (".jpg", ".jpeg"):
        raise ValueError(
            f"{picture}: --embed_depth needs a JPEG; name one with --output NAME.jpg, "
            "or leave the flag out"
        )


def _outputs(
    job: files.Job, output: str | None, options: RenderOptions
) -> dict[str, pathlib.Path]:
    picture = job.outputs["picture"]
    stem = picture.stem if output else job.photo.stem
    outputs = {"picture": picture}
    if options.view:
        outputs["view"] = picture.with_name(f"{stem}_depth_view.png")
    if options.sweep:
        outputs["sweep"] = pathlib.Path(options.sweep)
        if sweep.is_each(options.sweep):
            ending = sweep.ending(options.sweep)
            outputs["sweep"] = picture.with_name(f"{stem}_sweep.{ending}")
        if not output:
            del outputs["picture"]
    return outputs
