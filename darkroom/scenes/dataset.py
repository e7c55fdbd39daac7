"""Makes a data set of generated scenes, or what is missing of it.

A data set is the folder and the `scenes.json` in it, which holds the recipe. A
finished file is whole, because it was renamed into place; what an interrupted run
left out is made by the next one, byte for byte as it would have been.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import pathlib
import signal
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import cv2
import tqdm

from darkroom.io import images, saving
from darkroom.scenes import layouts
from darkroom.scenes.recipes import Recipe
from darkroom.scenes.textures import Split

RECIPE = "scenes.json"
Item = tuple[Split, int]


def generate(
    recipe: Recipe, output: str | os.PathLike[str], workers: int | None = None
) -> pathlib.Path:
    """Makes the data set, or completes it; quick when it is complete.

    It starts fresh processes, so a script must call it from under
    `if __name__ == "__main__":`.

    Args:
      recipe: what is made.
      output: the folder; new, empty, or begun with the same recipe.
      workers: how many processes; one for each core when omitted.

    Returns:
      The folder.

    Raises:
      ValueError: the recipe makes nothing, or the folder holds something else, or
        scenes of another recipe.
      OSError: a file cannot be written.
    """
    recipe.check()
    folder = pathlib.Path(output)
    _claim(folder, recipe)
    splits: tuple[Split, Split] = ("train", "test")
    items = [(split, i) for split in splits for i in range(recipe.count(split))]
    missing = [item for item in items if _missing(folder, recipe, item)]
    for name, text in layouts.lists(recipe).items():
        _write(folder / name, text)
    if missing:
        _make_all(folder, recipe, missing, len(items), workers)
    return folder


def focused_radius(folder: str | os.PathLike[str]) -> float | None:
    """Returns what a folder's recipe tells a network of the blur in its pictures.

    Returns:
      The blur radius in pixels for each unit by which a depth map is below 1, of scenes
      that are `focused`; None for others, and for a folder without a recipe.
    """
    recipe = _recipe(pathlib.Path(folder) / RECIPE)
    aperture, width = recipe.get("aperture"), recipe.get("width")
    if not (isinstance(aperture, int | float) and isinstance(width, int)):
        return None
    radius = float(aperture * width)
    return radius if recipe.get("focused") is True and radius > 0 else None


def _recipe(path: pathlib.Path) -> dict[str, Any]:
    """Returns what a `scenes.json` holds; nothing if it is none, or damaged."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _claim(folder: pathlib.Path, recipe: Recipe) -> None:
    """Puts the recipe into a new folder, or checks the one that is there."""
    wanted = recipe.content()
    path = folder / RECIPE
    if path.exists():
        stored = _recipe(path)
        names = wanted | stored
        differ = [name for name in names if stored.get(name) != wanted.get(name)]
        if differ:
            here = ", ".join(f"{name} {stored.get(name)}" for name in differ)
            asked = ", ".join(f"{name} {wanted.get(name)}" for name in differ)
            raise ValueError(
                f"{folder} holds scenes of {here}, not of {asked} as asked for; ask "
                "for the same, or choose another folder"
            )
        for place in (folder, *folder.rglob("*/")):
            saving.sweep(place)
    elif folder.exists() and _holds_anything(folder):
        raise ValueError(
            f"{folder} holds something else than generated scenes (it has no "
            f"{RECIPE}); choose a new or an empty folder"
        )
    else:
        _write(path, json.dumps(wanted, indent=2) + "\n")


def _holds_anything(folder: pathlib.Path) -> bool:
    if not folder.is_dir():
        return True
    return any("-unfinished" not in path.name for path in folder.iterdir())


def _write(path: pathlib.Path, text: str) -> None:
    saving.write(path, lambda temporary: temporary.write_text(text))


def _missing(folder: pathlib.Path, recipe: Recipe, item: Item) -> list[str]:
    """Returns the files of an item that are not there, or not whole."""
    places = layouts.files(recipe, *item)
    return [place for place in places if not layouts.whole(folder / place)]


def _make(folder: pathlib.Path, recipe: Recipe, item: Item) -> None:
    """Makes what is missing of one item."""
    files = layouts.files(recipe, *item)
    for place in _missing(folder, recipe, item):
        content = files[place]()
        if isinstance(content, str):
            _write(folder / place, content)
        else:
            images.write(folder / place, content)


def _make_all(
    folder: pathlib.Path,
    recipe: Recipe,
    items: list[Item],
    total: int,
    workers: int | None,
) -> None:
    workers = min(workers or len(os.sched_getaffinity(0)), len(items))
    with (
        tqdm.tqdm(
            total=total,
            initial=total - len(items),
            desc=f"{recipe.layout} scenes",
            unit="scene",
        ) as bar,
        _pool(workers) as pool,
    ):
        jobs = [pool.submit(_make, folder, recipe, item) for item in items]
        for job in futures.as_completed(jobs):
            try:
                job.result()
            except futures.process.BrokenProcessPool:
                raise OSError(
                    f"{folder}: a process that made scenes was ended from outside, "
                    "perhaps for want of memory; run it again with fewer workers"
                ) from None
            bar.update()


@contextlib.contextmanager
def _pool(workers: int) -> Iterator[futures.ProcessPoolExecutor]:
    """Starts fresh processes: a fork would take TensorFlow's threads along."""
    pool = futures.ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """Keeps to one thread, leaves Ctrl-C to the parent, and ends when it ends."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends a worker whose parent was killed, instead of waiting for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
