"""A program as a person starts it: its help, its sentences, its exit codes."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]

PROGRAM = '''"""Does as it is told.

At length.
"""
import dataclasses
import importlib
import sys
from darkroom import cli, program

@dataclasses.dataclass(frozen=True)
class Config:
    level: int = cli.flag(7, "which level", lower_bound=1, upper_bound=7)
    batch_size: int | None = cli.flag(None, "how many")

def main(config: Config, what: str, *names: str) -> None:
    print(config, what, names)
    if what == "value":
        raise ValueError("it came to\\n  nothing")
    if what == "file":
        open("/nowhere/at/all")
    if what == "bug":
        raise TypeError("a bug")
    if what == "import":
        sys.modules[names[0]] = None
        importlib.import_module(names[0])
    if what == "ctrl-c":
        raise KeyboardInterrupt

if __name__ == "__main__":
    program.run(main, Config)
'''


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    file = tmp_path_factory.mktemp("program") / "program.py"
    file.write_text(PROGRAM)

    def run(*line: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, str(file), *line],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    return run


def test_arguments_and_flags_reach_main(program):
    run = program("--level=2", "go", "a", "b")
    expected = "Config(level=2, batch_size=None) go ('a', 'b')\n"
    assert (run.returncode, run.stdout, run.stderr) == (0, expected, "")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["value"], 1, "error: it came to nothing\n"),
        (["file"], 1, "error: /nowhere/at/all: No such file or directory\n"),
        (["ctrl-c"], 130, "stopped\n"),
        ([], 2, "error: it takes what NAMES...; got none. Try --help.\n"),
    ],
)
def test_what_goes_wrong_is_one_sentence(program, line, code, said):
    run = program(*line)
    assert (run.returncode, run.stderr) == (code, said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "--batchsize=3",
            "Unknown command line flag 'batchsize'. Did you mean: batch_s",
        ),
        ("--level=9", "--level=9: 9 is not an integer in the range [1, 7]"),
        ("--level=high", "--level=high"),
    ],
)
def test_a_line_that_cannot_be_read_ends_with_2(program, line, said):
    run = program("go", line)
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr and run.stderr.endswith("Try --help.\n")
    assert "Traceback" not in run.stderr


def test_a_bug_keeps_its_traceback(program):
    run = program("bug")
    assert run.returncode == 1 and "Traceback" in run.stderr


@pytest.mark.parametrize("module", ["tensorflow", "keras", "skimage"])
def test_what_the_small_installation_leaves_out_is_one_sentence(program, module):
    run = program("import", module)
    assert run.returncode == 1
    assert run.stderr == (
        f"error: this needs {module}, which is not installed here; scripts/setup.sh "
        "installs everything\n"
    )
    assert "Traceback" in program("import", "colorsys").stderr  # a bug of ours


@pytest.mark.parametrize("imported", ["darkroom", "absl.flags", "darkroom.cli"])
def test_ctrl_c_while_it_starts(imported):
    """Catches a traceback from among the imports."""
    line = [sys.executable, "-X", "importtime", "-m", "darkroom.render", "nowhere.jpg"]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        while not (said := run.stderr.readline()).endswith(f" {imported}\n"):
            assert said
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
    assert run.returncode == 130 and said.endswith("stopped\n")
    assert "Traceback" not in said


def test_verbosity_shows_where_bad_input_was_met(program):
    run = program("value", "--verbosity=1")
    assert "Traceback" in run.stderr
    assert run.stderr.endswith("error: it came to nothing\n")


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_of_a_program(program, word):
    run = program(word)
    assert run.returncode == 0
    text = run.stdout + run.stderr
    assert "Does as it is told." in text and "At length." in text
    assert "--level: which level" in text and "--batch_size: how many" in text


@pytest.mark.parametrize("word", ["--help", "go"])
def test_who_reads_may_have_enough(program, word):
    """Catches a traceback from `PROGRAM --help | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    run = program(word, stdout=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_flagfile_of_windows(program, tmp_path, encoding):
    file = tmp_path / "flags.txt"
    file.write_bytes("# é\r\n--level=3\r\n".encode(encoding))
    for line in ([f"--flagfile={file}"], ["--flagfile", str(file)]):
        found = program(*line, "what")
        assert found.returncode == 0 and "level=3" in found.stdout


def test_a_flagfile_that_is_no_text_or_names_itself(program, tmp_path):
    file = tmp_path / "flags.txt"
    file.write_bytes(b"--level=3\n\xe9")
    found = program(f"--flagfile={file}", "what")
    assert found.returncode == 2
    assert "flags.txt, line 2: it is not text in UTF-8" in found.stderr
    file.write_text(f"--flagfile={file}")
    assert program(f"--flagfile={file}", "what").returncode == 2
    assert program("--flagfile=none.txt", "what").returncode == 2


def test_a_name_that_the_terminal_cannot_show(program, monkeypatch):
    """Catches exit code 1 after the file was written."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    found = program("写真.png")
    assert found.returncode == 0 and r"\u5199" in found.stdout
