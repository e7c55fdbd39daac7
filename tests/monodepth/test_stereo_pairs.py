"""Lists and folders of stereo pairs."""

import pytest

from monodepth import stereo_pairs


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def write(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def names(folder, pairs):
    return [[path.relative_to(folder).as_posix() for path in pair] for pair in pairs]


def test_a_list_keeps_its_order_and_its_folders(tmp_path):
    """Catches sorting, and a blank line that counts as a pair."""
    touch(tmp_path, "b/l.png", "b/r.png", "a/l.jpg", "a/r.jpg")
    listed = write(tmp_path / "train.txt", "b/l.png b/r.png", "", " a/l.jpg\ta/r.jpg ")
    found = stereo_pairs.in_list(tmp_path, listed)
    assert names(tmp_path, found) == [["b/l.png", "b/r.png"], ["a/l.jpg", "a/r.jpg"]]


def test_png_and_jpg_stand_for_one_another(tmp_path):
    """KITTI's lists say .png or .jpg, whatever the pictures were kept as."""
    touch(tmp_path, "2011.09/1.jpg", "2011.09/2.png", "2011.09/3.png", "2011.09/3.jpg")
    paths = ("2011.09/1.png 2011.09/2.jpg", "2011.09/3.png 2011.09/3.jpg")
    found = stereo_pairs.in_list(tmp_path, write(tmp_path / "list.txt", *paths))
    assert names(tmp_path, found) == [
        ["2011.09/1.jpg", "2011.09/2.png"],
        ["2011.09/3.png", "2011.09/3.jpg"],
    ]


def test_a_missing_picture_is_named_with_its_line(tmp_path):
    touch(tmp_path, "1l.png", "1r.png", "2l.png")
    listed = write(tmp_path / "list.txt", "1l.png 1r.png", "", "2l.png 2r.png")
    said = r"list\.txt, line 3: there is no picture .*2r\.png.*correct the line"
    with pytest.raises(ValueError, match=said):
        stereo_pairs.in_list(tmp_path, listed)


def test_lines_that_are_no_pairs_are_refused(tmp_path):
    touch(tmp_path, "l.png", "r.png")
    one = write(tmp_path / "one.txt", "l.png r.png", "l.png")
    with pytest.raises(ValueError, match=r"one\.txt, line 2: it has 1 name; expected"):
        stereo_pairs.in_list(tmp_path, one)
    three = write(tmp_path / "three.txt", "my l.png r.png")
    with pytest.raises(ValueError, match=r"three\.txt, line 1: it has 3 names"):
        stereo_pairs.in_list(tmp_path, three)
    with pytest.raises(ValueError, match=r"none\.txt: it is empty"):
        stereo_pairs.in_list(tmp_path, write(tmp_path / "none.txt", ""))
    with pytest.raises(FileNotFoundError):
        stereo_pairs.in_list(tmp_path, str(tmp_path / "nowhere.txt"))


def test_two_folders_with_the_same_names(tmp_path):
    touch(tmp_path, "left/b.png", "right/b.jpg", "left/a.png", "right/a.png")
    touch(tmp_path, "left/Thumbs.db", "disp_left/a.png")
    found = names(tmp_path, stereo_pairs.in_folder(tmp_path))
    assert found == [["left/a.png", "right/a.png"], ["left/b.png", "right/b.jpg"]]
    touch(tmp_path, "left/c.png")
    with pytest.raises(ValueError, match="c has no right picture; expected left/"):
        stereo_pairs.in_folder(tmp_path)
    touch(tmp_path, "right/c.png", "right/d.png")
    with pytest.raises(ValueError, match="d has no left picture"):
        stereo_pairs.in_folder(tmp_path)


def test_a_folder_for_each_scene(tmp_path):
    """Middlebury's names of five years; what has no pair is passed over."""
    touch(tmp_path, "Wood/view5.png", "Wood/view1.png", "Wood/disp1.png")
    touch(tmp_path, "Aloe/right.png", "Aloe/left.png", "Aloe/disp_left.png")
    touch(tmp_path, "Pipes/im1.png", "Pipes/im0.png", "Pipes/disp0.pfm")
    touch(tmp_path, "Venus/im2.ppm", "Venus/im6.ppm", "notes/left.txt", "meta.json")
    assert names(tmp_path, stereo_pairs.in_folder(tmp_path)) == [
        ["Aloe/left.png", "Aloe/right.png"],
        ["Pipes/im0.png", "Pipes/im1.png"],
        ["Venus/im2.ppm", "Venus/im6.ppm"],
        ["Wood/view1.png", "Wood/view5.png"],
    ]


def test_a_folder_without_pairs_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"there are no pairs.*left/ and right/.*list"):
        stereo_pairs.in_folder(tmp_path)
    touch(tmp_path, "left/readme.txt", "right/readme.txt")
    with pytest.raises(ValueError, match="there are no pairs"):
        stereo_pairs.in_folder(tmp_path)
    with pytest.raises(ValueError, match="nowhere: there is no such folder"):
        stereo_pairs.find(tmp_path / "nowhere")


def test_the_real_folders(shared):
    assert len(stereo_pairs.in_folder(shared / "data" / "stereo")) == 18
    assert len(stereo_pairs.in_folder(shared / "data" / "stereo_unlabelled")) == 11
