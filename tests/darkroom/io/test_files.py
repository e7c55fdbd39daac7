"""Which photos a command names, and what they become."""

import pytest

from darkroom.io import files


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


def names(paths):
    return [path.name for path in paths]


def test_a_folder_is_its_pictures_by_name(tmp_path):
    touch(tmp_path, "b.jpg", "a.PNG", "c.heic", "notes.txt", "map.npy", "._a.jpg")
    (tmp_path / "inner.jpg").mkdir()
    assert names(files.photos([str(tmp_path)])[0]) == ["a.PNG", "b.jpg", "c.heic"]


def test_what_goes_with_a_photo_is_no_photo(tmp_path):
    """Catches a second run that renders what the first one wrote, and the maps."""
    made = ["a_bokeh.jpg", "a_depth.png", "a_depth_view.png", "a_disparity.tif"]
    touch(tmp_path, "a.jpg", "a_b.jpg", "z_depth.png", *made)
    for arguments in ([str(tmp_path)], [str(p) for p in sorted(tmp_path.iterdir())]):
        photos, others = files.photos(arguments)
        assert names(photos) == ["a.jpg", "a_b.jpg", "z_depth.png"]
        assert names(others) == made
    alone, _ = files.photos([str(tmp_path / "a_bokeh.jpg")])
    assert names(alone) == ["a_bokeh.jpg"]


def test_a_pattern_that_the_shell_left_alone(tmp_path):
    touch(tmp_path, "a1.jpg", "a2.jpg", "b.jpg", "a3.txt")
    touch(tmp_path / "in", "a4.png")
    assert names(files.photos([f"{tmp_path}/a*"])[0]) == ["a1.jpg", "a2.jpg"]
    assert "a4.png" in names(files.photos([f"{tmp_path}/**/a*"])[0])


def test_a_name_with_magic_characters_is_a_name(tmp_path):
    touch(tmp_path, "IMG[1].jpg", "IMG1.jpg")
    assert names(files.photos([str(tmp_path / "IMG[1].jpg")])[0]) == ["IMG[1].jpg"]


def test_each_photo_is_taken_once(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg")
    again = str(tmp_path / ".." / tmp_path.name / "b.jpg")
    found, _ = files.photos([str(tmp_path / "b.jpg"), str(tmp_path), again])
    assert names(found) == ["b.jpg", "a.jpg"]


def test_nothing_to_render_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="no photo was named; pass files, folders"):
        files.photos([])
    for argument in (str(tmp_path), str(tmp_path / "*.jpg")):
        with pytest.raises(ValueError, match=r"there is no picture; known endings are"):
            files.photos([argument])


def test_a_missing_file_is_left_for_its_own_turn(tmp_path):
    """So that the others are rendered all the same."""
    missing = tmp_path / "missing.jpg"
    assert files.photos([str(missing)]) == ([missing], [])


def test_the_output_s_name(tmp_path):
    photos = [tmp_path / "a.jpg", tmp_path / "b.c.TIF", tmp_path / "d.gif"]

    def becomes(output):
        found = files.outputs(photos, output)
        return [str(found[photo].relative_to(tmp_path)) for photo in photos]

    assert becomes(None) == ["a_bokeh.jpg", "b.c_bokeh.TIF", "d_bokeh.jpg"]
    assert becomes(str(tmp_path / "new")) == ["new/a.jpg", "new/b.c.TIF", "new/d.jpg"]
    assert becomes(f"{tmp_path}/v1.5/")[0] == "v1.5/a.jpg"
    one = files.outputs(photos[:1], str(tmp_path / "x.webp"))
    assert one == {photos[0]: tmp_path / "x.webp"}


def test_an_output_for_several_photos_is_a_folder(tmp_path):
    photos = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    with pytest.raises(ValueError, match=r"x\.jpg is one file for 2 photos"):
        files.outputs(photos, "x.jpg")
    with pytest.raises(ValueError, match=r"ends in \.bmp; expected a folder, or"):
        files.outputs(photos[:1], "x.bmp")


def test_two_photos_do_not_become_one_file(tmp_path):
    photos = [tmp_path / "x" / "1.jpg", tmp_path / "y" / "1.jpg"]
    files.outputs(photos, None)
    with pytest.raises(ValueError, match=r"x/1\.jpg and .*y/1\.jpg would both become"):
        files.outputs(photos, str(tmp_path))
    with pytest.raises(ValueError, match="would both become"):
        files.outputs([tmp_path / "a.jpg", tmp_path / "a.gif"], None)
