"""Jobs in several processes at once; a process that dies takes one job along.

Processes are spawned, not forked: libraries that run threads do not survive a fork.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection, resource_tracker
from typing import Generic, Literal, NamedTuple, TypeVar

from darkroom import program

Item = TypeVar("Item")


class Outcome(NamedTuple):
    """What became of a job: it is done, it is refused, or the program has a fault."""

    kind: Literal["done", "refused", "fault"]
    text: str


class _Worker(Generic[Item]):
    """A process, and the end of the pipe by which it is given jobs."""

    def __init__(self, work: Callable[[Item], str]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        # Daemons end with this process, whatever becomes of it
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()

    def receive(self) -> Outcome:
        """Returns what became of the last job."""
        try:
            return Outcome(*self.pipe.recv())
        except (EOFError, OSError):
            self.process.join()
            return Outcome(
                "refused",
                f"its process ended with {self.process.exitcode}, as when memory runs "
                "out; take fewer --workers",
            )

    def end(self) -> None:
        """Ends the process, in the middle of a job or not."""
        self.pipe.close()
        self.process.terminate()
        self.process.join()


def run(
    items: Sequence[Item], work: Callable[[Item], str], count: int
) -> Iterator[tuple[Item, Outcome]]:
    """Does jobs in several processes.

    Args:
      items: the jobs; they travel to other processes (by pickle), as `work` does.
      work: does one, says what became of it, or raises one of `program.BAD_INPUT`.
      count: of processes, 1 or more.

    Yields:
      Each job and what became of it, as they are done. Whoever stops early (Ctrl-C)
      stops them all.
    """
    waiting = iter(items)
    busy: dict[connection.Connection, tuple[_Worker[Item], Item]] = {}

    def occupy(worker: _Worker[Item] | None) -> None:
        """Hands the next job over, to a new process if there is none; else ends it."""
        item = next(waiting, None)
        if item is None:
            if worker is not None:
                worker.end()
            return
        worker = worker or _Worker(work)
        busy[worker.pipe] = worker, item
        with contextlib.suppress(OSError):  # it has died: `receive` will say so
            worker.pipe.send(item)

    try:
        for _ in range(count):
            occupy(None)
        while busy:
            for pipe in connection.wait(list(busy)):
                assert isinstance(pipe, connection.Connection)
                worker, item = busy.pop(pipe)
                outcome = worker.receive()
                occupy(worker if worker.process.is_alive() else None)
                yield item, outcome
    finally:
        for worker, _ in busy.values():
            worker.end()


def _serve(pipe: connection.Connection, work: Callable[[Item], str]) -> None:
    """Does the jobs that come, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            try:
                outcome = Outcome("done", work(item))
            except program.BAD_INPUT as error:
                outcome = Outcome("refused", program.sentence(error))
            except Exception:  # the program's, to be shown as it is
                outcome = Outcome("fault", traceback.format_exc())
            pipe.send(tuple(outcome))


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Lets a process start that Ctrl-C does not reach: the first one ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # whose own start would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
