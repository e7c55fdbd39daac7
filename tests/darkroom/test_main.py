"""One command: photos, or the name of a program."""

import programs
import pytest
from skimage import data

import darkroom
from darkroom import __main__ as program
from darkroom.io import images
from darkroom.render import __main__ as render


def test_the_first_word_names_a_program(tmp_path):
    for name in ("depth", "page", "render", "scenes", "subjects"):
        assert name in program.programs()
        found = programs.run(f"python -m darkroom {name} --help", tmp_path)
        assert found.returncode == 0 and f"darkroom.{name}" in found.stdout


@pytest.mark.parametrize("line", ["", "-h", "--help"])
def test_help_names_the_programs_and_the_flags_of_photos(tmp_path, line):
    found = programs.run(f"python -m darkroom {line}", tmp_path)
    assert found.returncode == 0, found.stderr
    assert "darkroom page" in found.stdout and "--focus_on" in found.stdout


def test_version(tmp_path):
    found = programs.run("python -m darkroom --version", tmp_path)
    assert found.stdout == f"darkroom {darkroom.__version__}\n"


def test_photos_are_rendered_as_by_darkroom_render(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images.write("cat.png", data.chelsea()[::4, ::4])
    for name, start in (("one", program), ("two", render)):
        config = render.Config(depth="prior", output=f"{name}.png")
        start.main(config, "cat.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_photo_that_is_missing_is_one_sentence(tmp_path):
    found = programs.run("python -m darkroom no.jpg", tmp_path)
    assert found.returncode == 1
    assert found.stderr.startswith("error: no.jpg") and found.stderr.count("\n") == 1
