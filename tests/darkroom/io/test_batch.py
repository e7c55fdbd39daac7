"""One photo after the other, or several at once; what was done before; refusals."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from darkroom.io import batch, companions, files

ROOT = pathlib.Path(__file__).parents[3]
PICTURE = {"picture": "_bokeh"}


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def jobs(folder, named=companions.NONE):
    return files.jobs([str(folder)], None, PICTURE, named=named)


def write(job):
    """Writes the photo's name, unless it is called so; at the top, so it travels."""
    if job.photo.stem.startswith("bad"):
        raise ValueError(f"{job.photo}: it is bad; try darkroom {job.photo}")
    if job.photo.stem == "fatal":
        os._exit(3)
    if job.photo.stem == "faulty":
        raise KeyError("a fault of the program")
    if job.photo.stem == "slow":
        (job.photo.parent / f".slow_bokeh.{os.getpid()}-begun").touch()
        time.sleep(60)
    for path in job.outputs.values():
        path.write_text(job.photo.name)
    return str(job)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_bad_photo_does_not_stop_the_rest(tmp_path, capfd, processes):
    touch(tmp_path, "1.png", "2.png", "bad.png", "4.png", "maps/1.png", "maps/bad.png")
    touch(tmp_path, "maps/4.png")
    todo = jobs(tmp_path, companions.Companions(depth=str(tmp_path / "maps")))
    with pytest.raises(ValueError, match=r"^2 of 4 photos have no end$"):
        batch.each(todo, write, "have no end", processes=processes)
    said = capfd.readouterr()
    assert sorted(said.out.splitlines()) == [
        f"{tmp_path}/{name}.png -> {tmp_path}/{name}_bokeh.png" for name in "14"
    ]
    errors = [line for line in said.err.splitlines() if line.startswith("error: ")]
    assert errors[0].startswith(f"error: {tmp_path}/2.png: --depth")
    assert errors[1].startswith(f"error: {tmp_path}/bad.png: it is bad")
    assert "4/4" in said.err and "photo" in said.err  # the bar came to its end


def test_one_bad_photo_is_one_sentence_with_its_name_and_its_line():
    job = files.Job(pathlib.Path("2.png"), {}, place="names.txt, line 2")

    def work(job):
        raise ValueError("it is bad")

    with pytest.raises(ValueError, match=r"^names\.txt, line 2: 2\.png: it is bad$"):
        batch.each([job], work, "have no end")


def test_what_was_done_is_skipped_and_counted(tmp_path, capfd):
    """Catches an error in a batch that goes on, and files that are made again."""
    touch(tmp_path, "1.png", "2.png", "3.png")
    done = tmp_path / "1_bokeh.png"
    done.write_text("before")
    todo = jobs(tmp_path)
    batch.each(todo, write, "have no end")
    assert done.read_text() == "before"
    assert (tmp_path / "2_bokeh.png").read_text() == "2.png"
    assert "1 of 3 photos were done before" in capfd.readouterr().out
    batch.each(todo, write, "have no end", processes=2)
    assert "3 of 3 photos were done before" in capfd.readouterr().out
    batch.each(todo, write, "have no end", overwrite=True)
    assert done.read_text() == "1.png"


def test_of_a_photo_that_is_half_done_the_other_half_is_made(tmp_path):
    outputs = {"picture": tmp_path / "a.jpg", "view": tmp_path / "v.png"}
    outputs["picture"].write_text("before")
    two = [
        files.Job(tmp_path / "1.png", outputs),
        files.Job(tmp_path / "2.png", {"picture": tmp_path / "b.jpg"}),
    ]
    batch.each(two, write, "have no end")
    assert outputs["picture"].read_text() == "before"
    assert outputs["view"].read_text() == "1.png"


def test_one_photo_that_was_done_is_refused(tmp_path):
    touch(tmp_path, "1.png", "1_bokeh.png")
    with pytest.raises(
        ValueError, match=r"1_bokeh\.png is there already; pass --overw"
    ):
        batch.each(jobs(tmp_path), write, "have no end")


def test_a_refusal_that_photos_share_is_said_once(tmp_path, capfd):
    touch(tmp_path, "bad1.png", "bad2.png", "bad3.png")
    with pytest.raises(ValueError, match=r"^all 3 photos have no end, for this one re"):
        batch.each(jobs(tmp_path), write, "have no end")
    errors = capfd.readouterr().err
    assert errors.count("it is bad") == 1
    touch(tmp_path, "good.png")
    with pytest.raises(ValueError, match=r"^3 of 4 photos have no end$"):
        batch.each(jobs(tmp_path), write, "have no end")
    errors = capfd.readouterr().err
    assert errors.count("it is bad") == 1
    others = f"{tmp_path}/bad2.png, {tmp_path}/bad3.png"
    assert f"error: the same as of {tmp_path}/bad1.png holds for {others}\n" in errors


def test_a_process_that_dies_takes_one_photo_along(tmp_path, capfd):
    names = ["1.png", "2.png", "3.png", "fatal.png", "z.png"]
    touch(tmp_path, *names)
    with pytest.raises(ValueError, match="1 of 5 photos have no end"):
        batch.each(jobs(tmp_path), write, "have no end", processes=2)
    assert "fatal.png: its process ended with 3" in capfd.readouterr().err
    made = sorted(path.name for path in tmp_path.glob("*_bokeh.png"))
    assert made == ["1_bokeh.png", "2_bokeh.png", "3_bokeh.png", "z_bokeh.png"]


def test_a_fault_of_the_program_is_shown_as_one(tmp_path):
    touch(tmp_path, "1.png", "faulty.png")
    with pytest.raises(RuntimeError, match=r"(?s)faulty\.png.*KeyError: 'a fault of"):
        batch.each(jobs(tmp_path), write, "have no end", processes=2)


def test_ctrl_c_ends_all_processes_in_a_word(tmp_path):
    """Catches tracebacks of the processes, and processes that go on alone."""
    (tmp_path / "program.py").write_text(
        "import pathlib, sys\n"
        f"sys.path[:0] = [{str(pathlib.Path(__file__).parent)!r}]\n"
        "import test_batch\n"
        "from darkroom import program\n"
        "from darkroom.io import batch\n"
        "def main(config):\n"
        "    todo = test_batch.jobs(pathlib.Path('photos'))\n"
        "    batch.each(todo, test_batch.write, 'have no end', processes=2)\n"
        "if __name__ == '__main__':\n"
        "    import dataclasses\n"
        "    program.run(main, dataclasses.make_dataclass('Config', []))\n"
    )
    touch(tmp_path / "photos", "1.png", "2.png", "slow.png", "z.png")
    running = subprocess.Popen(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    begun: list[pathlib.Path] = []
    until = time.monotonic() + 60
    while not begun and running.poll() is None and time.monotonic() < until:
        begun = list((tmp_path / "photos").glob(".slow_bokeh.*-begun"))
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in errors and errors.rstrip().endswith("stopped")
    worker = int(begun[0].name.split(".")[2].removesuffix("-begun"))
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
