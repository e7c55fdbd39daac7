"""Photos one after the other: done ones are skipped, bad ones do not stop the rest."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator, Sequence

from darkroom import program
from darkroom.io import saving, workers
from darkroom.io.files import Job
from darkroom.io.workers import Outcome


def each(
    todo: Sequence[Job],
    work: Callable[[Job], str],
    lack: str,
    overwrite: bool = False,
    processes: int = 1,
) -> None:
    """Does one job after the other; a bad photo does not stop the rest.

    Of several photos those whose files are all there are skipped and counted; of one
    that has some of them only the others are made. A refusal that several photos share
    is said once.

    Args:
      todo: the jobs.
      work: does one, and says in words what became of the photo.
      lack: what the photos of failed jobs do: "have no disparity".
      overwrite: whether files that are there may be replaced.
      processes: how many photos are worked on at once. With several, `work` must be one
        that pickle takes, a module's function.

    Raises:
      ValueError: after all others are done, if a job failed.
    """
    from tqdm import auto

    if len(todo) == 1:
        [job] = todo
        try:
            print(work(job.ready(overwrite)))
        except program.BAD_INPUT as error:
            raise ValueError(_named(job, program.sentence(error))) from error
        return
    refusals, done = _Refusals(), 0
    with auto.tqdm(total=len(todo), unit="photo") as bar:
        for job, outcome in _outcomes(todo, work, overwrite, processes):
            bar.update()
            if outcome is None:
                done += 1
            elif outcome.kind == "done":
                auto.tqdm.write(outcome.text)
            elif refusals.is_new(job, outcome.text):
                auto.tqdm.write(f"error: {_named(job, outcome.text)}", file=sys.stderr)
    if done:
        print(
            f"{done} of {len(todo)} photos were done before and are left as they are; "
            "--overwrite does them again"
        )
    refusals.conclude(len(todo), lack)


def _outcomes(
    todo: Sequence[Job], work: Callable[[Job], str], overwrite: bool, processes: int
) -> Iterator[tuple[Job, Outcome | None]]:
    """Yields the jobs and what became of them; None for what was done before."""
    if min(processes, len(todo)) > 1:
        yield from _outcomes_of_many(todo, work, overwrite, processes)
        return
    for job in todo:
        left = _left(job, overwrite)
        if not isinstance(left, Job):
            yield job, left
            continue
        try:
            yield job, Outcome("done", work(left))
        except program.BAD_INPUT as error:
            yield job, Outcome("refused", program.sentence(error))


def _left(job: Job, overwrite: bool) -> Job | Outcome | None:
    """Returns what is left to do; what is against it; or None for nothing."""
    try:
        left = job.ready(overwrite, resume=True)
    except program.BAD_INPUT as error:
        return Outcome("refused", program.sentence(error))
    return left if left.outputs or not job.outputs else None


def _outcomes_of_many(
    todo: Sequence[Job], work: Callable[[Job], str], overwrite: bool, processes: int
) -> Iterator[tuple[Job, Outcome | None]]:
    ready = []
    for job in todo:
        left = _left(job, overwrite)
        if isinstance(left, Job):
            ready.append(left)
        else:
            yield job, left
    try:
        for job, outcome in workers.run(ready, work, min(processes, len(ready))):
            if outcome.kind == "fault":
                raise RuntimeError(
                    f"{job.photo}, in a process of its own:\n{outcome.text}"
                )
            yield job, outcome
    finally:  # what stopped processes had begun to write
        for folder in {path.parent for job in ready for path in job.outputs.values()}:
            saving.sweep(folder)


def _named(job: Job, message: str) -> str:
    """Returns what is said of a photo, with its name and its place in a list."""
    if str(job.photo) not in message:
        message = f"{job.photo}: {message}"
    return f"{job.place}: {message}" if job.place else message


@dataclasses.dataclass(frozen=True)
class _Refusals:
    """Photos that were refused, by the sentence that was said of the first of them."""

    photos: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def is_new(self, job: Job, message: str) -> bool:
        """Counts a refusal; tells whether it is another than those before."""
        same = self.photos.setdefault(message.replace(str(job.photo), "PHOTO"), [])
        same.append(str(job.photo))
        return len(same) == 1

    def conclude(self, photos: int, lack: str) -> None:
        """Says which photos share a refusal; raises ValueError if there is any."""
        failed = sum(map(len, self.photos.values()))
        if not failed:
            return
        if failed == photos > 1 and len(self.photos) == 1:
            raise ValueError(f"all {photos} photos {lack}, for this one reason")
        for first, *others in self.photos.values():
            if others:
                print(
                    f"error: the same as of {first} holds for {', '.join(others)}",
                    file=sys.stderr,
                )
        raise ValueError(f"{failed} of {photos} photos {lack}")
