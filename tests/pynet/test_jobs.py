"""Which files belong together, and which must not be written."""

import pathlib

import pytest

from pynet import jobs


def touch(folder: pathlib.Path, *names: str) -> list[pathlib.Path]:
    files = [folder / name for name in names]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(file.name)
    return files


@pytest.mark.parametrize(
    ("output", "written"),
    [
        ("out/b.png", "out/b.png"),
        ("out", "out/a.jpg"),
        ("there.d", "there.d/a.jpg"),
    ],
)
def test_one_photo_and_its_output(tmp_path, output, written):
    (tmp_path / "there.d").mkdir()
    photo, depth = touch(tmp_path, "a.jpg", "far.png")
    batch = jobs.Batch([photo], depth, tmp_path / output)
    batch.check()
    assert batch.job(photo) == jobs.Job(photo, depth, tmp_path / written)


def test_maps_are_found_by_name(tmp_path):
    """Catches a photo that is its own map, and 1.png taken for 10.png."""
    photos = touch(tmp_path, "1.jpg", "10.png", "2.heic")
    touch(tmp_path, "maps/1.npy", "maps/10.PNG", "maps/2.tif", "maps/2.txt")
    batch = jobs.Batch(photos, tmp_path / "maps", tmp_path / "out")
    batch.check()
    found = [batch.job(photo) for photo in photos]
    assert [job.depth.name for job in found] == ["1.npy", "10.PNG", "2.tif"]
    assert [job.output.name for job in found] == ["1.jpg", "10.png", "2.jpg"]
    (beside,) = touch(tmp_path, "1.png")
    assert jobs.Batch(photos, tmp_path, tmp_path / "out").job(photos[0]).depth == beside


@pytest.mark.parametrize(
    ("depth", "output", "said"),
    [
        ("one.png", "out", "not a folder, and there are 2 photos"),
        ("maps", "out.jpg", "is one file for 2 photos; pass a folder"),
        ("maps", "one.png", "is one file for 2 photos; pass a folder"),
        ("maps", "out.gif", "ends in .gif; expected a folder, or a file that ends in"),
    ],
)
def test_one_file_for_several_photos_is_refused(tmp_path, depth, output, said):
    photos = touch(tmp_path, "1.jpg", "2.jpg")
    touch(tmp_path, "one.png", "maps/1.png", "maps/2.png")
    with pytest.raises(ValueError, match=said):
        jobs.Batch(photos, tmp_path / depth, tmp_path / output).check()


def test_no_photo_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no photo was named"):
        jobs.Batch([], tmp_path, tmp_path).check()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("output", ["1.jpg", "linked.jpg", "maps/1.png", "."])
def test_nothing_is_written_over_what_it_is_made_from(tmp_path, overwrite, output):
    photo, depth = touch(tmp_path, "1.jpg", "maps/1.png")
    (tmp_path / "linked.jpg").symlink_to(photo)
    batch = jobs.Batch([photo], depth, tmp_path / output, overwrite)
    with pytest.raises(ValueError, match="would replace what it is made from"):
        batch.job(photo)
    if (tmp_path / output).is_file():
        sheet = jobs.Batch(
            [photo], depth, tmp_path / "out", overwrite, tmp_path / output
        )
        with pytest.raises(ValueError, match="would replace what it is made from"):
            sheet.check()


def test_another_photo_of_the_batch_is_not_written_over(tmp_path):
    photos = touch(tmp_path, "p/1.jpg", "q/1.jpg")
    touch(tmp_path, "maps/1.png")
    batch = jobs.Batch(photos, tmp_path / "maps", tmp_path / "q", overwrite=True)
    with pytest.raises(ValueError, match="would replace what it is made from"):
        batch.job(photos[0])


def test_an_output_that_is_there_is_kept_unless_asked(tmp_path):
    photo, depth, output = touch(tmp_path, "1.jpg", "far.png", "out.jpg")
    with pytest.raises(ValueError, match=r"out.jpg is there already; pass --overwrite"):
        jobs.Batch([photo], depth, output).job(photo)
    with pytest.raises(ValueError, match=r"out.jpg is there already; pass --overwrite"):
        jobs.Batch([photo], depth, tmp_path / "other.jpg", sheet=output).check()
    assert jobs.Batch([photo], depth, output, overwrite=True).job(photo)


def test_two_photos_of_one_name_are_refused(tmp_path):
    photos = touch(tmp_path, "p/1.jpg", "q/1.heic")
    touch(tmp_path, "maps/1.png")
    batch = jobs.Batch(photos, tmp_path / "maps", tmp_path / "out")
    with pytest.raises(ValueError, match="would both become"):
        batch.job(photos[0])


@pytest.mark.parametrize(
    ("maps", "said"), [((), "holds no map named 1"), (("1.png", "1.npy"), "2 maps")]
)
def test_no_map_or_two_is_one_sentence(tmp_path, maps, said):
    (photo,) = touch(tmp_path, "1.jpg")
    touch(tmp_path, "maps/2.png", *(f"maps/{name}" for name in maps))
    with pytest.raises(ValueError, match=f"{said}.*expected one, such as 1.png"):
        jobs.Batch([photo], tmp_path / "maps", tmp_path / "out").job(photo)
