"""Several processes that train together, on this machine."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).parents[1]


class Workers:
    """So many processes of one command; leave the `with`, and they are gone."""

    def __init__(
        self,
        count: int,
        folder: pathlib.Path,
        *command: str,
        places: Sequence[str] = (),
    ) -> None:
        """Starts them in a folder; in `places` stands what is FOLDER for each."""
        sockets = [socket.socket() for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        hosts = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
        for each in sockets:
            each.close()
        self.processes = []
        for index in range(count):
            task = {"type": "worker", "index": index}
            config = json.dumps({"cluster": {"worker": hosts}, "task": task})
            paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
            process = subprocess.Popen(
                [
                    sys.executable,
                    *(places[index] if w == "FOLDER" else w for w in command),
                ],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": paths, "TF_CONFIG": config},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.processes.append(process)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def finish(self, index: int, seconds: float = 240) -> tuple[int, str, str]:
        """Waits for one; returns its exit code, output and errors.

        Raises:
          subprocess.TimeoutExpired: it does not end.
        """
        process = self.processes[index]
        output, errors = process.communicate(timeout=seconds)
        return process.returncode, output, errors
