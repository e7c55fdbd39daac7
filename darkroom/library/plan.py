"""Which photos a library has, what each becomes, and which are done already."""

from __future__ import annotations

import dataclasses
import glob
import json
import pathlib
from collections.abc import Sequence

from darkroom import cli
from darkroom.io import companions, files, saving
from darkroom.render import options as render_options
from darkroom.render.options import RenderOptions

SETTINGS = "settings.json"  # in the output's folder: what its pictures were made with


def jobs(
    pattern: str,
    output: str,
    named: companions.Companions,
    options: RenderOptions,
) -> list[files.Job]:
    """Finds the photos and the files that they become.

    A photo keeps its name and its folders below the part of the pattern that is fixed.
    What lies in the output's folder is no photo of the library.

    Args:
      pattern: a folder, a file, or a pattern as `glob` takes it, with ** for folders.
      output: a folder.
      named: files that go with all photos.
      options: how they are rendered.

    Raises:
      OSError, ValueError: as `files.photos` and `render.options.check`; there is no
        photo, or the output is a file, or the library itself.
    """
    if pathlib.Path(output).is_file():
        raise ValueError(f"--output {output} is a file; expected a folder")
    root, results = _fixed(pattern), pathlib.Path(output).resolve()
    if root.resolve() == results:
        raise ValueError(
            f"--output {output} is where the photos are, and they would be replaced; "
            "pass another folder"
        )
    photos, _ = files.photos([pattern])
    photos = [each for each in photos if results not in each.resolve().parents]
    if not photos:
        raise ValueError(f"{pattern}: all pictures there lie in --output {output}")
    render_options.check(options, named, len(photos))
    names = {photo: photo.relative_to(root).with_suffix("") for photo in photos}
    endings = {"picture": ""}
    if options.view:
        endings["view"] = "_depth_view.png"
    written = files.outputs(names, f"{output}/", endings, endings)
    return [files.Job(photo, written[photo], named) for photo in photos]


def _fixed(pattern: str) -> pathlib.Path:
    """Returns the folder that all photos of a pattern lie in."""
    path = pathlib.Path(pattern)
    if path.exists():
        return path if path.is_dir() else path.parent
    parts = path.parts
    magic = [number for number, part in enumerate(parts) if glob.has_magic(part)]
    return pathlib.Path(*parts[: magic[0] if magic else -1])


def pending(todo: Sequence[files.Job], overwrite: bool) -> list[files.Job]:
    """Returns the jobs that have something left to write.

    A picture is there whole or not at all, so one that is there is done.
    """
    if overwrite:
        return list(todo)
    return [
        job for job in todo if not all(path.exists() for path in job.outputs.values())
    ]


def claim(
    folder: pathlib.Path,
    options: RenderOptions,
    named: companions.Companions,
    overwrite: bool,
) -> None:
    """Notes with what settings a folder's pictures are made; refuses to mix two.

    Raises:
      OSError: it cannot be written.
      ValueError: the pictures there were made with others, or the note is damaged.
    """
    path = folder / SETTINGS
    now = json.loads(json.dumps({**_table(options), **_table(named)}))
    if path.exists() and not overwrite:
        try:
            before = json.loads(cli.read_text(path))
            # What a later version knows besides had its default before.
            differing = [
                name for name in before.keys() & now if before[name] != now[name]
            ]
        except (AttributeError, ValueError, RecursionError):
            raise ValueError(
                f"{path} is damaged; expected the settings that the pictures beside it "
                "were made with. Pass --overwrite to make all of them again"
            ) from None
        if differing:
            name = min(differing)
            raise ValueError(
                f"the pictures in {folder} were made with {name} "
                f"{json.dumps(before[name])}, now it is {json.dumps(now[name])}; "
                "pass the same, another --output, or --overwrite to make all again"
            )
    text = json.dumps(now, indent=2) + "\n"
    saving.write(path, lambda to: to.write_text(text, encoding="utf-8"))


def _table(settings: RenderOptions | companions.Companions) -> dict[str, object]:
    """Returns settings by name, those of a look among them."""
    values = dataclasses.asdict(settings)
    values.pop("max_megapixels", None)  # it changes no picture
    return values.pop("look", {}) | values
