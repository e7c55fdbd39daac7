"""Makes a data set of generated scenes, or what is missing of it.

A data set is the folder and the `scenes.json` in it, which holds the recipe. A
finished file is whole, because it was renamed into place; what an interrupted run
left out is made by the next one, byte for byte as it would have been.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import multiprocessing
import os
import pathlib
import signal
import threading
from collections.abc import Iterator
from concurrent import futures

from darkroom import command, images
from darkroom.scenes import layouts, recipes
from darkroom.scenes.photos import Split

RECIPE = "scenes.json"
Item = tuple[Split, int]


def generate(
    layout: recipes.Layout,
    output: str | os.PathLike[str],
    train: int = 200,
    test: int = 24,
    size: tuple[int, int] = (256, 384),
    seed: int = 0,
    aperture: float = 0.04,
    baseline: float = 0.08,
    workers: int | None = None,
    photos: str | None = None,
) -> pathlib.Path:
    """Makes the data set, or completes it; quick when it is complete.

    It starts fresh processes, so a script must call it from under
    `if __name__ == "__main__":`.

    Args:
      layout: one of `recipes.Layout`.
      output: the folder; new, empty, or begun with the same recipe.
      train: how many training scenes.
      test: how many test scenes, of photos that no training scene shows.
      size: height and width of the photos.
      seed: another seed, other scenes.
      aperture: blur radius per unit of disparity, a fraction of the width.
      baseline: shift between the two views at disparity 1, a fraction of the width.
      workers: how many processes; one for each core when omitted.
      photos: a folder of pictures to take textures from, too (`textures.of`).

    Returns:
      The folder.

    Raises:
      ValueError: the folder holds something else, or scenes of another recipe.
      OSError: a file cannot be written.
    """
    recipe = recipes.Recipe(
        layout, train, test, *size, seed, aperture, baseline, photos=photos
    )
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


def _claim(folder: pathlib.Path, recipe: recipes.Recipe) -> None:
    """Puts the recipe into a new folder, or checks the one that is there."""
    wanted = dataclasses.asdict(recipe)
    path = folder / RECIPE
    if path.exists():
        try:
            found = json.loads(path.read_text())
        except ValueError:
            found = None
        found = found if isinstance(found, dict) else {}
        differ = [name for name in wanted if found.get(name) != wanted[name]]
        if differ:
            here = ", ".join(f"{name} {found.get(name)}" for name in differ)
            asked = ", ".join(f"{name} {wanted[name]}" for name in differ)
            raise ValueError(
                f"{folder} holds scenes of {here}, not of {asked} as asked for; ask "
                "for the same, or choose another folder"
            )
        for leftover in folder.rglob("*-unfinished*"):
            leftover.unlink(missing_ok=True)
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
    command.write(path, lambda temporary: temporary.write_text(text))


def _missing(folder: pathlib.Path, recipe: recipes.Recipe, item: Item) -> list[str]:
    """The files of an item that are not there, or not whole."""
    places = layouts.files(recipe, *item)
    return [place for place in places if not layouts.whole(folder / place)]


def _make(folder: pathlib.Path, recipe: recipes.Recipe, item: Item) -> None:
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
    recipe: recipes.Recipe,
    items: list[Item],
    total: int,
    workers: int | None,
) -> None:
    import tqdm

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
        made = [pool.submit(_make, folder, recipe, item) for item in items]
        for one in futures.as_completed(made):
            try:
                one.result()
            except futures.process.BrokenProcessPool:
                raise OSError(
                    f"{folder}: a process that made scenes was ended from outside, "
                    "perhaps for want of memory; run it again with fewer workers"
                ) from None
            bar.update()


@contextlib.contextmanager
def _pool(workers: int) -> Iterator[futures.ProcessPoolExecutor]:
    """Fresh processes: a fork would take the threads of TensorFlow along."""
    pool = futures.ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start_worker
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """One thread per process; Ctrl-C is the parent's to answer, its end is ours."""
    import cv2

    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leaves no worker behind that waits for a parent that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
