"""One photo of a library: rendered where a worker is, and what became of it."""

from __future__ import annotations

import dataclasses
import os
import resource
import threading
import time

from darkroom import program
from darkroom.io import files
from darkroom.render import look, network, shot
from darkroom.render.options import RenderOptions


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of a photo.

    Attributes:
      photo: its path.
      message: what was done, or why it could not be.
      failed: whether it could not be.
      seconds: that it took.
      read, written: bytes, of the photo and of what it became.
      process: which rendered it, on its machine.
      memory: bytes, the most that this process had until then.
    """

    photo: str
    message: str
    failed: bool
    seconds: float
    read: int
    written: int
    process: int
    memory: int


class Renderer:
    """Renders photos; a network that draws them is loaded once."""

    def __init__(self, options: RenderOptions, overwrite: bool) -> None:
        self._options, self._overwrite = options, overwrite
        self._drawing = threading.Lock()  # an interpreter serves one thread at a time
        if look.is_network(options.look.method):
            network.load(options.look.method)

    def __call__(self, job: files.Job) -> Result:
        """Renders one photo; one that is bad is a result, too."""
        since, failed = time.monotonic(), False
        try:
            left = job.ready(self._overwrite, resume=True)
            message = f"{job}: done before"  # a runner may repeat its work
            if left.outputs:
                with self._drawing:
                    message = shot.render(left, self._options)
        except program.BAD_INPUT as error:
            message, failed = program.sentence(error), True
        except Exception as error:  # a fault of ours costs one photo, not the library
            message, failed = f"{type(error).__name__}: {program.sentence(error)}", True
        outputs = [path for path in job.outputs.values() if path.exists()]
        return Result(
            photo=str(job.photo),
            message=message,
            failed=failed,
            seconds=time.monotonic() - since,
            read=0 if failed else job.photo.stat().st_size,
            written=0 if failed else sum(path.stat().st_size for path in outputs),
            process=os.getpid(),
            memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        )
