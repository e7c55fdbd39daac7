"""Runs a program: a `main(config, *arguments)`, whose config `darkroom.cli` reads.

Whatever happens to it, it ends with one sentence and an exit code.
"""

from __future__ import annotations

import atexit
import contextlib
import inspect
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from absl import app, flags, logging

from darkroom import cli

BAD_INPUT = (ValueError, OSError, MemoryError)  # what is said in one sentence
# What `scripts/setup.sh lens` leaves out.
_LEFT_OUT = ("tensorflow", "keras", "skimage", "scipy", "h5py")


def run(main: Callable[..., None], config_type: type) -> None:
    """Parses the command line, calls `main(config, *arguments)` and exits.

    The exit code is 0, or 2 for a command line that cannot be read, 1 for bad
    input (ValueError and OSError become one sentence; `--verbosity=1` shows where
    they came from), 130 when stopped by Ctrl-C, 141 when whoever read its output has
    enough, as `head` does.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # errors come as exceptions
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names that it cannot show: \\u5199
            stream.reconfigure(errors="backslashreplace")
    sys.modules["__main__"].__doc__ = inspect.getdoc(inspect.getmodule(main))
    cli.define(config_type)

    def start(argv: Sequence[str]) -> None:
        config: object = cli.read(config_type)
        try:
            inspect.signature(main).bind(config, *argv[1:])
        except TypeError:
            _refuse_arguments(main, argv[1:])
        _leave(_exit_code(main, config, argv[1:]))

    try:
        app.run(start, flags_parser=_parse_or_exit)
    except KeyboardInterrupt:
        _leave(_stopped())
    except BrokenPipeError:
        # Python would try again to write what is left, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _exit_code(
    main: Callable[..., None], config: object, arguments: Sequence[str]
) -> int:
    try:
        main(config, *arguments)
    except BrokenPipeError:
        raise
    except BAD_INPUT as error:
        if logging.get_verbosity() >= logging.DEBUG:
            traceback.print_exc()
        print(f"error: {sentence(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _stopped()
    except ModuleNotFoundError as error:
        if error.name not in _LEFT_OUT:
            traceback.print_exc()
            return 1
        print(
            f"error: this needs {error.name}, which is not installed here; "
            "scripts/setup.sh installs everything",
            file=sys.stderr,
        )
        return 1
    except Exception:  # a bug of ours, not bad input
        traceback.print_exc()
        return 1
    return 0


def _stopped() -> int:
    with contextlib.suppress(OSError):  # the terminal may be closed
        print("stopped", file=sys.stderr)
    return 130


def _leave(code: int) -> None:
    if code == 130:  # nobody may be there to read any more
        with contextlib.suppress(OSError):
            sys.stdout.flush()
    else:
        sys.stdout.flush()
    if "tensorflow" not in sys.modules:
        sys.exit(code)
    # Loader threads of tf.data may be waiting for the interpreter. While it shuts down
    # they never get it, and an ordinary exit waits for them for ever.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def sentence(error: Exception) -> str:
    """Returns what an error says to a person, on one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'}: {error.strerror}"
    if isinstance(error, MemoryError):
        return "there is not enough memory here for this size; make it smaller"
    return " ".join(str(error).split())


def _parse_or_exit(argv: Sequence[str]) -> list[str]:
    try:
        words = cli.with_flagfiles(
            ["--help" if word == "-h" else word for word in argv]
        )
    except (ValueError, OSError) as error:
        print(f"error: {sentence(error)}\nTry --help.", file=sys.stderr)
        sys.exit(2)
    try:
        return flags.FLAGS(words)
    except SystemExit:  # --help, which absl ends with 1
        sys.stdout.flush()
        sys.exit(0)
    except flags.Error as error:
        print(f"error: {sentence(error)}\nTry --help.", file=sys.stderr)
        sys.exit(2)


def _refuse_arguments(main: Callable[..., None], arguments: Sequence[str]) -> None:
    takes = [
        f"{name.upper()}..." if parameter.kind is parameter.VAR_POSITIONAL else name
        for name, parameter in list(inspect.signature(main).parameters.items())[1:]
    ]
    wants = " ".join(takes) or "no arguments, only flags"
    got = " ".join(arguments) or "none"
    print(f"error: it takes {wants}; got {got}. Try --help.", file=sys.stderr)
    sys.exit(2)
