"""Runs trainings that are to be killed, each in a process of its own.

  python tests/killable.py pynet.train

It imports TensorFlow and the program once. For each line of flags (JSON) that it is
sent it forks, answers with the process's number, and, when that has ended, how it did.
"""

import importlib
import json
import os
import pathlib
import sys
import traceback


def main(module: str) -> None:
    """Serves one program until its input ends."""
    sys.path[1:1] = [str(pathlib.Path(__file__).parents[1])]
    from darkroom import cli, quiet

    with quiet.chatter():
        import tensorflow as tf

        program = importlib.import_module(module)
        if module != "toy":  # whose program imports late what builds its networks
            importlib.import_module(f"{module.partition('.')[0]}.session")
    tf.config.run_functions_eagerly(True)  # a few steps are sooner made than traced
    for line in sys.stdin:
        process = os.fork()
        if not process:
            os.dup2(2, 1)  # what the program prints is no answer of ours
            try:
                program.main(cli.parse(program.Config, *json.loads(line)))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
