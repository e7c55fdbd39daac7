"""Which map, which masks, which names go with a photo."""

import pytest

from darkroom.io.companions import Companions


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()


def own(folder, name="a.jpg", **named):
    return Companions(**{"depth": "", **named}).of(folder / name)


@pytest.mark.parametrize(
    "name", ["a_depth.png", "a_depth.npy", "a_disparity.TIFF", "a_depth.exr"]
)
def test_a_map_beside_the_photo_is_taken(tmp_path, name):
    touch(tmp_path, "a.jpg", "ab_depth.png", "a_depth.txt", name)
    assert own(tmp_path).depth == str(tmp_path / name)


def test_without_a_map_the_photo_is_looked_into(tmp_path):
    touch(tmp_path, "a.jpg", "b_depth.png")
    assert own(tmp_path).depth == ""


def test_a_second_photo_keeps_the_map_beside_out(tmp_path):
    """Catches two depths at once, which depth.find refuses."""
    touch(tmp_path, "a.jpg", "a_depth.png", "r.jpg")
    found = own(tmp_path, right="r.jpg")
    assert (found.depth, found.right) == ("", "r.jpg")


def test_two_maps_are_too_many(tmp_path):
    touch(tmp_path, "a.jpg", "a_depth.png", "a_disparity.npy")
    with pytest.raises(ValueError, match=r"a_depth\.png and .*\.npy are both"):
        own(tmp_path)


@pytest.mark.parametrize("name", ["a.png", "a_depth.png", "a.pfm"])
def test_a_folder_has_the_map_by_the_photo_s_name(tmp_path, name):
    touch(tmp_path, "a.jpg", f"maps/{name}", "maps/aa.png")
    found = own(tmp_path, depth=str(tmp_path / "maps"))
    assert found.depth == str(tmp_path / "maps" / name)


def test_a_photo_is_not_its_own_map(tmp_path):
    touch(tmp_path, "a.png")
    with pytest.raises(ValueError, match=r"holds no file named like it; .*a\.png"):
        own(tmp_path, "a.png", depth=str(tmp_path))


def test_names_with_magic_characters_are_names(tmp_path):
    """Catches IMG[1].jpg, whose brackets a pattern would read as a set."""
    touch(tmp_path, "IMG[1].jpg", "IMG[1]_depth.png", "IMG1_depth.png")
    found = own(tmp_path, name="IMG[1].jpg")
    assert found.depth == str(tmp_path / "IMG[1]_depth.png")


def test_a_photo_s_name_may_have_dots(tmp_path):
    touch(tmp_path, "a.b.jpg", "a.b_depth.png", "a_depth.png")
    assert own(tmp_path, name="a.b.jpg").depth == str(tmp_path / "a.b_depth.png")


@pytest.mark.parametrize("depth", ["prior", "net.tflite"])
def test_a_network_or_a_guess_is_for_all_photos(tmp_path, depth):
    touch(tmp_path, "a.jpg", "a_depth.png")
    Companions(depth=depth).check(photos=9)
    assert own(tmp_path, depth=depth).depth == depth


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            Companions(depth="a.png"),
            "--depth a.png is not a folder, and there are 2 photos",
        ),
        (Companions(right="a.png"), "--right a.png"),
        (Companions(mask="a.png"), "--mask a.png"),
        (Companions(blur_mask="a.png"), "--blur_mask a.png"),
    ],
)
def test_one_file_is_for_one_photo(named, said):
    named.check(photos=1)
    with pytest.raises(ValueError, match=said):
        named.check(photos=2)


def test_where_no_depth_is_wanted_none_is_looked_for(tmp_path):
    """Catches two maps beside a photo that are refused where nobody needs one."""
    touch(tmp_path, "a.jpg", "a_depth.png", "a_disparity.npy", "right/a.png")
    assert Companions().of(tmp_path / "a.jpg") == Companions()
    found = Companions(right=str(tmp_path / "right")).of(tmp_path / "a.jpg")
    assert found == Companions(right=str(tmp_path / "right/a.png"))
