"""Which photos a command names, and what they become."""

import pytest

from darkroom.io import companions, files

PICTURE = {"picture": "_bokeh"}
MAPS = {"npy": "_disp.npy", "png": "_disparity.png"}


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def names(paths):
    return [path.name for path in paths]


def test_a_folder_is_its_pictures_by_name(tmp_path):
    touch(tmp_path, "b.jpg", "a.PNG", "c.heic", "notes.txt", "map.npy", "._a.jpg")
    (tmp_path / "inner.jpg").mkdir()
    assert names(files.photos([str(tmp_path)])[0]) == ["a.PNG", "b.jpg", "c.heic"]


def test_what_goes_with_a_photo_is_no_photo(tmp_path):
    """Catches a second run that renders what the first one wrote, and the maps."""
    made = [
        "a_sweep.webp",
        "a_bokeh.jpg",
        "a_depth.png",
        "a_depth_view.png",
        "a_disparity.tif",
    ]
    made += ["a_disparity_colour.png", "a_millimetres.png"]
    made.sort()
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


def becomes(names, output, *tables, **options):
    todo = files.jobs([str(name) for name in names], output, *tables, **options)
    return [path for job in todo for path in job.outputs.values()]


def test_the_output_s_name(tmp_path):
    """Catches a picture whose ending is unknown, and a name with dots that is cut."""
    photos = [tmp_path / "a.jpg", tmp_path / "b.c.TIF", tmp_path / "d.gif"]

    def found(output, *tables):
        return [str(p.relative_to(tmp_path)) for p in becomes(photos, output, *tables)]

    plain = {"picture": ""}
    new, dotted = str(tmp_path / "new"), f"{tmp_path}/v1.5/"
    assert found(None, PICTURE) == ["a_bokeh.jpg", "b.c_bokeh.TIF", "d_bokeh.jpg"]
    assert found(new, PICTURE, plain) == ["new/a.jpg", "new/b.c.TIF", "new/d.jpg"]
    assert found(new, PICTURE)[0] == "new/a_bokeh.jpg"
    assert found(dotted, PICTURE, plain)[0] == "v1.5/a.jpg"
    maps = found(new, MAPS)
    assert maps[:3] == ["new/a_disp.npy", "new/a_disparity.png", "new/b.c_disp.npy"]


@pytest.mark.parametrize(
    ("output", "endings"),
    [
        ("x.webp", PICTURE),
        ("x.npy", {"npy": "_disp.npy"}),
        ("x.jpg", {"shown": ".jpg"}),
    ],
)
def test_the_output_of_one_photo_may_be_a_file(tmp_path, output, endings):
    path = tmp_path / output
    assert becomes([tmp_path / "a.jpg"], str(path), endings) == [path]


@pytest.mark.parametrize(
    ("photos", "output", "endings", "said"),
    [
        (
            ["a.jpg", "b.jpg"],
            "x.jpg",
            PICTURE,
            r"x\.jpg is one file for 2 photos; pa",
        ),
        (
            ["a.jpg"],
            "x.bmp",
            PICTURE,
            r"ends in \.bmp; expected a folder, or a file t",
        ),
        (["a.jpg"], "x.jpg", {"npy": "_disp.npy"}, r"ends in \.jpg; .* ends in \.npy"),
        (
            ["a.jpg"],
            "x.npy",
            MAPS,
            r"--output .* is one file for npy, png; pass a f",
        ),
        (["a.jpg"], "there", PICTURE, "there ends in nothing; expected a folder, or a"),
    ],
)
def test_an_output_that_is_no_folder_must_fit(tmp_path, photos, output, endings, said):
    touch(tmp_path, "there")
    with pytest.raises(ValueError, match=said):
        becomes([tmp_path / p for p in photos], str(tmp_path / output), endings)


def test_the_flag_is_called_by_its_name():
    with pytest.raises(ValueError, match=r"--show x\.jpg is one file for 2 photos"):
        becomes(["a.jpg", "b.jpg"], "x.jpg", {}, {"shown": ".jpg"}, flag="show")
    assert not becomes(["a.jpg", "b.jpg"], None, {}, {"shown": ".jpg"})


def test_two_photos_do_not_become_one_file(tmp_path):
    photos = [tmp_path / "x" / "1.jpg", tmp_path / "y" / "1.jpg"]
    becomes(photos, None, PICTURE)
    with pytest.raises(ValueError, match=r"x/1\.jpg and .*y/1\.jpg would both become"):
        becomes(photos, str(tmp_path), PICTURE)
    with pytest.raises(ValueError, match="would both become"):
        becomes([tmp_path / "a.jpg", tmp_path / "a.gif"], None, PICTURE)


def test_another_photo_of_the_command_is_not_written_over(tmp_path):
    photos = [tmp_path / "x/1.jpg", tmp_path / "y/1_bokeh.jpg"]
    with pytest.raises(ValueError, match=r"y/1_bokeh\.jpg: it would replace what it "):
        becomes(photos, str(tmp_path / "y"), PICTURE)


def test_nothing_it_is_made_from_is_replaced(tmp_path):
    touch(tmp_path, "a.jpg", "a_depth.png", "m.png", "n.png", "r.png", "out.jpg")
    (tmp_path / "linked.jpg").symlink_to(tmp_path / "a.jpg")
    named = companions.Companions("", "", str(tmp_path / "m.png"), f"{tmp_path}/n.png")

    def ready(output, overwrite=True):
        outputs = {"picture": tmp_path / "new.jpg", "view": tmp_path / output}
        return files.Job(tmp_path / "a.jpg", outputs, named).ready(overwrite)

    for name in ("a.jpg", "linked.jpg", "a_depth.png", "m.png", "n.png"):
        with pytest.raises(ValueError, match=f"{name}: it would replace"):
            ready(name)
    assert ready("out.jpg").companions.depth == str(tmp_path / "a_depth.png")
    with pytest.raises(ValueError, match=r"out\.jpg is there already; pass --over"):
        ready("out.jpg", overwrite=False)
    job = files.Job(tmp_path / "a.jpg", {"picture": tmp_path / "out.jpg"}, named)
    assert not job.ready(False, resume=True).outputs
    assert job.ready(True, resume=True).outputs == job.outputs
    with pytest.raises(ValueError, match=r"m\.png: it would replace"):
        files.Job(tmp_path / "a.jpg", {"x": tmp_path / "m.png"}, named).ready(
            False, True
        )


def test_one_file_is_not_for_several_photos():
    named = companions.Companions(right="r.png")
    with pytest.raises(ValueError, match=r"--right r\.png is not a folder, and there"):
        files.jobs(["a.jpg", "b.jpg"], None, PICTURE, named=named)


def test_links_in_a_circle_are_one_sentence(tmp_path):
    link = tmp_path / "a.png"
    link.symlink_to(link)
    touch(tmp_path, "b.png")
    photos, _ = files.photos([str(link), str(tmp_path / "b.png")])
    assert names(photos) == ["a.png", "b.png"]
