"""The documents: their commands run, what they name is there, their numbers stand.

A command in a document is run, or at least read by its program as the shell would hand
it over; one that needs what nobody ships says so in a comment, `# needs EBB!`.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import pathlib
import re
import shlex
import subprocess
import sys

import exports
import h5py
import numpy as np
import programs
import pytest
from absl import flags
from PIL import Image
from skimage import data

from darkroom import __main__ as darkroom_program
from darkroom import cli, pixels
from darkroom.io import images
from darkroom.report import markdown, results

ROOT = programs.ROOT
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "checkpoints/README.md"]
)
# Run for real: they are quick. What they make is kept small.
QUICK = {"darkroom": "", "darkroom.scenes": " --train 1 --test 1 --size 64x96"}
TOOLS = ("docker", "pip", "tensorboard", ".", "ruff", "mypy", "lint-imports")


@dataclasses.dataclass(frozen=True)
class Command:
    """A line of a document that a person may paste.

    Attributes:
      text: without its comment.
      needs: what it needs that nobody ships, as its comment says.
    """

    text: str
    needs: str

    @property
    def words(self) -> list[str]:
        return [w for w in shlex.split(self.text) if not re.match(r"[A-Z_]+=", w)]

    @property
    def module(self) -> str:
        """The program that it starts, such as pynet.train; empty of other commands."""
        first, *rest = self.words
        if first == "python" and rest[0] == "-m":
            return rest[1]
        if first == "darkroom":
            is_program = rest[0] in darkroom_program.programs()
            return f"darkroom.{rest[0]}" if is_program else "darkroom"
        if first.startswith("scripts/"):  # that hands its flags on
            text = (ROOT / first).read_text()
            handed = re.search(r'python -m (\S+)(?: [^"\n]*"\$level")? "\$@"', text)
            return handed[1] if handed else ""
        return ""

    @property
    def arguments(self) -> list[str]:
        """What its program is given."""
        words = self.words
        if words[0] == "python":
            return words[3:]
        if words[0] == "darkroom" and self.module != "darkroom":
            return words[2:]
        return words[1:]


def fences(path: pathlib.Path, language: str) -> list[str]:
    pattern = rf"^```{language}\n(.*?)^```"
    return re.findall(pattern, path.read_text(), re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[Command]:
    """The commands of a block; a comment is of its line, or of the line below it."""
    found, above = [], ""
    for line in block.replace("\\\n", " ").splitlines():
        text, _, comment = line.partition("#")
        if not text.strip():
            above = comment
            continue
        needs = re.search(r"needs (.*)", f"{above} {comment}")
        for part in text.split("&&"):
            found.append(Command(" ".join(part.split()), needs[1] if needs else ""))
        above = ""
    return found


BLOCKS = [
    (str(path.relative_to(ROOT)), number, commands(block))
    for path in DOCUMENTS
    for number, block in enumerate(fences(path, "sh"))
]
EXAMPLES = [  # in the help of the programs: the indented lines of their docstrings
    command
    for module in programs.modules()
    for command in commands(
        "\n".join(
            line.strip()
            for line in (programs.load(module)[0].__doc__ or "").splitlines()
            if line.startswith("  ")
        )
    )
]
COMMANDS = {command.text: command for _, _, block in BLOCKS for command in block}
COMMANDS |= {command.text: command for command in EXAMPLES}


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_is_one_that_its_program_reads(text):
    """Catches a flag that is gone, a value that is refused, a script that was moved."""
    command = COMMANDS[text]
    first = command.words[0]
    if first.startswith(("scripts/", ".ci/")):
        assert os.access(ROOT / first, os.X_OK)
    elif not command.module:
        assert first.removeprefix(".venv/bin/") in TOOLS or "docs/floors.py" in text
    if not command.module:
        return
    program, config_type = programs.load(command.module)
    values = flags.FlagValues()
    cli.define(config_type, values)
    _, *arguments = values(["", *command.arguments])
    inspect.signature(program.main).bind(cli.read(config_type, values), *arguments)


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Exported networks, by the names that the documents give them."""
    folder = tmp_path_factory.mktemp("networks")
    kinds = {"monodepth": "depth", "portrait": "portrait", "pynet": "pynet"}
    for name, kind in kinds.items():
        exports.write(folder / f"{name}.tflite", kind)
    return folder


def furnish(folder: pathlib.Path) -> None:
    """Writes what the names in the documents stand for."""
    portrait = data.astronaut()[::2, ::2]
    ramp = np.linspace(0, 255, 256).astype(np.uint8)
    depth = np.repeat(ramp[:, None], 256, axis=1)
    left, right, _ = data.stereo_motorcycle()
    images.write(folder / "photo.jpg", portrait)
    images.write(folder / "photo_depth.png", depth)
    matte = np.repeat(np.clip(ramp * 4.0 - 400, 0, 255)[None], 256, axis=0)
    images.write(folder / "matte.png", matte.astype(np.uint8))
    cutout = Image.fromarray(portrait)
    cutout.putalpha(Image.fromarray(matte.astype(np.uint8)))
    cutout.save(folder / "cutout.png")
    images.write(folder / "left.jpg", pixels.resize(left, 0.5))
    images.write(folder / "right.jpg", pixels.resize(right, 0.5))
    images.write(folder / "holidays/1.jpg", portrait)
    images.write(folder / "holidays/2.png", portrait)
    weights = folder / "checkpoints/pynet/level_1/pynet.weights.h5"
    weights.parent.mkdir(parents=True)
    h5py.File(weights, "w").close()


def is_quick(command: Command) -> bool:
    return command.module in QUICK and not command.needs


@pytest.mark.parametrize(
    ("document", "number", "block"),
    [case for case in BLOCKS if any(is_quick(command) for command in case[2])],
)
def test_quick_commands_do_what_the_document_says(
    tmp_path, networks, document, number, block
):
    """Catches commands that each can be read, and cannot work, alone or in a row."""
    furnish(tmp_path)
    for file in networks.iterdir():
        os.link(file, tmp_path / file.name)
    for command in filter(is_quick, block):
        rest = shlex.join(command.arguments) + QUICK[command.module]
        before = set(tmp_path.rglob("*"))
        found = programs.run(f"python -m {command.module} {rest}", tmp_path)
        assert found.returncode == 0, f"{command.text}: {found.stderr}"
        assert set(tmp_path.rglob("*")) > before, f"{command.text} wrote nothing"


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if fences(path, "python")], ids=str
)
def test_python_in_a_document_runs(tmp_path, monkeypatch, networks, path):
    furnish(tmp_path)
    for file in networks.iterdir():
        os.link(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in fences(path, "python"):
        exec(compile(block, str(path), "exec"), names)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(path):
    text = path.read_text()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", prose):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
    folders = "|".join([*programs.PACKAGES, "docs", "scripts", "tests", "checkpoints"])
    for name in re.findall(rf"`((?:{folders})/[\w./]*)", text):
        assert (ROOT / name).exists() or name.startswith("checkpoints/"), name
    for name in re.findall(rf"`((?:{'|'.join(programs.PACKAGES)})(?:\.\w+)+)`", text):
        assert (ROOT / name).exists() or is_python_name(name) or is_file(name), name


def is_file(name: str) -> bool:
    """Whether it is a file that a user makes, not a Python name."""
    return name.endswith((".tflite", ".weights.h5"))


def anchors(path: pathlib.Path) -> set[str]:
    """What GitHub calls a document's headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def is_python_name(name: str) -> bool:
    """Whether it is a module, or what a module defines."""

    def file(name: str) -> pathlib.Path | None:
        path = ROOT / name.replace(".", "/")
        files = (path.with_suffix(".py"), path / "__init__.py")
        return next((file for file in files if file.exists()), None)

    parent, _, last = name.rpartition(".")
    if file(name):
        return True
    defined = rf"^(def|class) {last}\b|^{last} ="
    return bool(
        file(parent) and re.search(defined, file(parent).read_text(), re.MULTILINE)
    )


def test_flags_in_the_documents_are_those_of_programs():
    known = {"method", "help", "flagfile", "no-deps", "version"}  # of pip, of absl
    for module in programs.modules():
        _, config_type = programs.load(module)
        known |= {field.name for field in dataclasses.fields(config_type)}
    for path in DOCUMENTS:
        for name in re.findall(r"`--([a-z][\w-]*)", path.read_text()):
            assert name in known or name.removeprefix("no") in known, f"{path}: {name}"


def test_the_readme_is_short_and_the_floors_are_drawn_as_they_are():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150
    (drawn,) = fences(ROOT / "docs/architecture.md", "text")
    made = subprocess.run(
        [sys.executable, ROOT / "docs/floors.py"], capture_output=True, text=True
    )
    assert drawn == made.stdout, "python docs/floors.py draws it again"


def test_the_results_are_what_their_numbers_make():
    """Catches a number that was changed by hand, and a picture too large for a page."""
    text = markdown.document(results.read_all(ROOT / "docs/results"), "results")
    made = "python -m darkroom.report --markdown docs/results.md"
    assert (ROOT / "docs/results.md").read_text() == text, f"{made} writes it again"
    for picture in ROOT.glob("docs/results/*/*.jpg"):
        assert picture.stat().st_size < 300_000, picture


def test_python_in_scripts_names_what_there_is():
    for script in ROOT.glob("scripts/*.sh"):
        for code in re.findall(r"<<'END'\n(.*?)^END", script.read_text(), re.M | re.S):
            compile(code, str(script), "exec")
            for module, name in re.findall(r"\b(pixels|images)\.(\w+)", code):
                assert hasattr({"pixels": pixels, "images": images}[module], name)


def test_scripts_hand_on_flags_that_their_programs_know():
    """Catches a script that a renamed flag has broken, without running it for hours."""
    for script in ROOT.glob("scripts/**/*.sh"):
        text = script.read_text().replace("\\\n", " ")
        started = re.findall(r"python -m ([a-z_.]+\.[a-z_]+)([^\n|;]*)", text)
        for module, rest in started:
            _, config_type = programs.load(module)
            known = {field.name for field in dataclasses.fields(config_type)}
            for flag in re.findall(r"--(\w+)", rest):
                assert flag in known or flag.removeprefix("no") in known, (
                    f"{script.name}: {module} has no --{flag}"
                )
