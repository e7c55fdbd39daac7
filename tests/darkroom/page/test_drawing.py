"""What is answered about a photo: pictures, and the file that the command writes."""

import io
import shlex
import threading

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from darkroom import cli
from darkroom.io import images
from darkroom.page import memory, pictures, samples, uploads
from darkroom.render import __main__ as render

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
STROKES = [
    {"kind": "sharp", "size": 0.2, "points": [[0.8, 0.2], [0.9, 0.4]]},
    {"kind": "blurred", "size": 0.3, "points": [[0.2, 0.8]]},
    {"kind": "sharp", "size": 0.5, "soft": 0.8, "points": [[0.6, 0.6], [0.9, 0.9]]},
    {"kind": "erase", "size": 0.2, "soft": 0.5, "points": [[0.3, 0.8]]},
]
PLAIN = {"look": {"strength": 40}, "focus": "0.2000,0.5000"}
RICH = {
    "look": {"f_number": 2, "focal_range": 0.1, "boost": 4, "shape": "blades"}
    | {"blades": 6, "curvature": 0.3, "rotation": 20, "cats_eye": 0.5, "squeeze": 0.8},
    "strokes": STROKES,
}


def picture_of(answer):
    assert answer.status_code == 200, answer.get_json()
    return np.asarray(Image.open(io.BytesIO(answer.data))).astype(int)


def by_command(page, where, settings, folder, *files):
    """Runs the command that the page shows, with the masks that it offers."""
    said = page.post(f"{where}/command", settings).get_json()
    for mask in said["masks"]:
        answer = page.post(f"{where}/mask/{mask['kind']}", settings)
        (folder / mask["name"]).write_bytes(answer.data)
    for file in files:
        (folder / file.name).write_bytes(file.data)
    words = shlex.split(said["command"].replace("\\\n", " "))
    assert words[:3] == ["python", "-m", "darkroom.render"]
    render.main(cli.parse(render.Config, *words[4:]), words[3])
    (output,) = folder.glob("*_bokeh.*")
    return output.read_bytes()


@pytest.mark.parametrize("settings", [{}, PLAIN, RICH], ids=["bare", "plain", "rich"])
@pytest.mark.parametrize("ending", [".jpg", ".png", ".tif", ".webp"])
def test_the_saved_file_is_the_commands(
    page, photo_file, depth_file, tmp_path, monkeypatch, settings, ending
):
    monkeypatch.chdir(tmp_path)
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    asked = settings | {"format": ending}
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo_file, depth_file)


@pytest.mark.parametrize("meaning", ["inverted", "metres"])
def test_so_it_is_for_other_maps(
    page, photo_file, depth_file, tmp_path, monkeypatch, meaning
):
    monkeypatch.chdir(tmp_path)
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    page.post(f"{where}/depth?meaning={meaning}")
    asked = PLAIN | {"format": ".png"}
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo_file, depth_file)


def test_so_it_is_without_a_map(page, photo_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    where = f"/photos/{page.open(photo_file)['id']}"
    page.post(f"{where}/depth?source=prior")
    asked = PLAIN | {"format": ".png"}
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo_file)


def png(values, **options):
    target = io.BytesIO()
    Image.fromarray(values).save(target, "PNG", **options)
    return target.getvalue()


@pytest.mark.parametrize("settings", [{}, RICH], ids=["bare", "rich"])
def test_so_it_is_with_a_matte_which_may_be_left_out_again(
    page, photo_file, depth_file, tmp_path, monkeypatch, settings
):
    monkeypatch.chdir(tmp_path)
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    asked = settings | {"format": ".png"}
    without = page.post(f"{where}/file", asked).data
    hair = np.zeros((60, 90), np.uint8)
    hair[10:50, 50:80] = 255
    hair[10:50, 46:50] = 120
    matte = uploads.File("hair.png", png(hair))
    said = page.post(f"{where}/matte?name=hair.png", matte.data).get_json()
    assert said["matte"] == "hair.png"
    saved = page.post(f"{where}/file", asked).data
    assert saved != without
    files = photo_file, depth_file, matte
    assert saved == by_command(page, where, asked, tmp_path, *files)
    again = page.post(f"{where}/map/matte", {}).data  # what was opened is what is saved
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(again))), hair)
    assert page.post(f"{where}/matte").get_json()["matte"] == ""
    assert page.post(f"{where}/file", asked).data == without


def test_a_bad_matte_is_one_sentence_and_the_photo_stays(page, photo_file, depth_file):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    before = page.post(f"{where}/preview", PLAIN).data
    for file, said in (
        (b"no matte", "m.png: it is not a picture"),
        (png(np.zeros((60, 90), np.uint8)), "m.png: the matte is darker than grey"),
        (png(np.eye(50, dtype=np.uint8) * 255), "m.png: the matte is 50x50"),
    ):
        answer = page.post(f"{where}/matte?name=m.png", file)
        assert answer.status_code == 422
        assert answer.get_json()["error"].startswith(said)
    assert page.post(f"{where}/preview", PLAIN).data == before


def test_so_it_is_with_its_own_lens(page, depth_file, tmp_path, monkeypatch):
    """EXIF's focal length and depth in metres make f-numbers the lens's own."""
    monkeypatch.chdir(tmp_path)
    told = Image.Exif()
    told.get_ifd(0x8769)[0x920A] = TiffImagePlugin.IFDRational(50)
    told.get_ifd(0x8769)[0xA405] = 75
    noise = np.random.default_rng(0).integers(0, 200, (60, 90, 3), np.uint8)
    photo = uploads.File("a.png", png(noise, exif=told.tobytes()))
    opened = page.open(photo, depth_file)
    where = f"/photos/{opened['id']}"
    assert not opened["lens"]
    asked = {"look": {"f_number": 1.4}, "format": ".png"}
    assert page.post(f"{where}/depth?meaning=metres").get_json()["lens"] == "50 mm"
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo, depth_file)
    scene = page.site.memory.get(opened["id"]).scene
    assert scene.full.lens and scene.small.lens


def test_so_it_is_for_a_turned_photo_with_all_it_carries(
    page, depth_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "maker", 6
    target = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (90, 60, 3), np.uint8)
    Image.fromarray(noise).save(
        target, "JPEG", quality=95, exif=exif.tobytes(), icc_profile=ICC
    )
    photo = uploads.File("turned.jpg", target.getvalue())
    where = f"/photos/{page.open(photo, depth_file)['id']}"
    asked = PLAIN | {"format": ".jpg"}
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo, depth_file)
    found = Image.open(io.BytesIO(saved))
    assert found.size == (90, 60)
    assert found.getexif()[0x010F] == "maker"
    assert found.info["icc_profile"] == ICC


def test_so_it_is_in_sixteen_bits(page, depth_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = np.random.default_rng(2).integers(0, 65535, (60, 90, 3), np.uint16)
    images.write(tmp_path / "deep.png", values)
    photo = uploads.File("deep.png", (tmp_path / "deep.png").read_bytes())
    where = f"/photos/{page.open(photo, depth_file)['id']}"
    asked = PLAIN | {"format": ".png"}
    saved = page.post(f"{where}/file", asked).data
    assert saved == by_command(page, where, asked, tmp_path, photo, depth_file)
    (tmp_path / "saved.png").write_bytes(saved)
    assert images.read(tmp_path / "saved.png").pixels.dtype == np.uint16


def test_a_preview_is_sharp_where_the_click_was(page, photo_file, depth_file):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    before = picture_of(page.get(f"{where}/before"))
    near = np.s_[10:50, 5:30]
    far = np.s_[10:50, 60:85]
    answer = page.post(f"{where}/preview", PLAIN)
    found = picture_of(answer)
    assert abs(found[near] - before[near]).mean() < 3
    assert abs(found[far] - before[far]).mean() > 20
    assert answer.headers["Focus-Point"] == "0.2000,0.5000"
    moved = page.post(f"{where}/preview", PLAIN | {"focus": "0.8,0.5"})
    found = picture_of(moved)
    assert abs(found[far] - before[far]).mean() < 3
    nearness = [float(a.headers["Focus-Disparity"]) for a in (answer, moved)]
    assert nearness[0] > nearness[1]


def test_without_a_click_the_start_is_told(page, photo_file, depth_file):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    answer = page.post(f"{where}/preview", {})
    x, y = map(float, answer.headers["Focus-Point"].split(","))
    again = page.post(f"{where}/preview", {"focus": f"{x},{y}"})
    focus = [a.headers["Focus-Disparity"] for a in (answer, again)]
    assert float(focus[0]) == pytest.approx(float(focus[1]), abs=0.03)


def test_the_full_picture_and_the_depth_view_have_their_sizes(make_page, depth_file):
    page = make_page(limits=uploads.Limits())
    target = io.BytesIO()
    Image.new("RGB", (1500, 1000), "grey").save(target, "JPEG")
    opened = page.open(uploads.File("large.jpg", target.getvalue()), depth_file)
    where = f"/photos/{opened['id']}"
    assert opened["reduced"]
    shapes = {
        "preview": (632, 948, 3),
        "depth_view": (632, 948, 3),
        "full": (1000, 1500, 3),
    }
    for kind, shape in shapes.items():
        assert picture_of(page.post(f"{where}/{kind}", PLAIN)).shape == shape
    assert picture_of(page.get(f"{where}/before")).shape == (632, 948, 3)
    assert picture_of(page.get(f"{where}/before?full=1")).shape == (1000, 1500, 3)


def test_what_has_been_overtaken_is_not_drawn(
    page, photo_file, depth_file, monkeypatch
):
    """Three wait while one is drawn: only the newest of them is."""
    opened = page.open(photo_file, depth_file)
    where, kept = f"/photos/{opened['id']}", page.site.memory.get(opened["id"])
    drawn, shown = [], pictures.shown
    monkeypatch.setattr(
        pictures,
        "shown",
        lambda o, wanted, size: drawn.append(wanted.turn) or shown(o, wanted, size),
    )
    answers = {}

    def ask(turn):
        answers[turn] = page.post(f"{where}/preview", PLAIN | {"turn": turn})

    waiting = [threading.Thread(target=ask, args=(turn,)) for turn in (1, 3, 2)]
    with kept.quick:
        for thread in waiting:
            thread.start()
        while kept.turn < 3:
            pass
        # 2 comes after 3, as it may on several connections
        waiting[0].join(10)
        waiting[2].join(10)
        assert answers.keys() == {1, 2}  # they left before it was their turn
    waiting[1].join()
    assert drawn == [3]
    assert {turn: a.status_code for turn, a in answers.items()} == {
        1: 409,
        2: 409,
        3: 200,
    }
    assert answers[1].headers["Overtaken"] == "True"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (PLAIN | {"focus": "1.2,0.5"}, "outside the picture"),
        (PLAIN | {"look": {"strength": 101}}, "strength"),
        (PLAIN | {"look": {"method": "/etc/passwd"}}, "no control"),
    ],
)
def test_wrong_settings_are_one_sentence(page, photo_file, depth_file, settings, said):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    answer = page.post(f"{where}/preview", settings)
    assert answer.status_code == 422
    assert said in answer.get_json()["error"]


def test_without_a_depth_nothing_is_drawn(make_page, photo_file):
    page = make_page(depth="none")
    where = f"/photos/{page.open(photo_file)['id']}"
    for kind in ("preview", "full", "depth_view", "file"):
        answer = page.post(f"{where}/{kind}", PLAIN | {"format": ".png"})
        assert answer.status_code == 422
        assert "no depth yet" in answer.get_json()["error"]


def test_a_format_that_is_not_offered_is_refused(page, photo_file, depth_file):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    answer = page.post(f"{where}/file", PLAIN | {"format": "/../x.png"})
    assert answer.status_code == 422
    assert "expected .jpg" in answer.get_json()["error"]


def test_a_mask_that_was_not_painted_is_not_there(page, photo_file, depth_file):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    assert page.post(f"{where}/mask/sharp", PLAIN).status_code == 404


def test_the_depth_that_is_saved_is_the_depth_that_was_used(
    page, photo_file, depth_file
):
    opened = page.open(photo_file, depth_file)
    where = f"/photos/{opened['id']}"
    found = picture_of(page.post(f"{where}/map/depth", PLAIN))
    used = page.site.memory.get(opened["id"]).scene.full.disparity
    np.testing.assert_allclose(found / 65535, used, atol=1 / 65535)
    again = uploads.File("d.png", page.post(f"{where}/map/depth", PLAIN).data)
    page.post(f"{where}/depth?name=d.png", again.data)
    other = page.site.memory.get(opened["id"]).scene.full.disparity
    np.testing.assert_allclose(other, used, atol=1 / 65535)
    assert page.post(f"{where}/map/normals", PLAIN).status_code == 404


def test_the_matte_is_the_subject_with_what_the_brush_did(page, photo_file, depth_file):
    opened = page.open(photo_file, depth_file)
    where = f"/photos/{opened['id']}"
    nobody = page.post(f"{where}/map/matte", PLAIN)
    assert nobody.status_code == 422
    assert "draw a box" in nobody.get_json()["error"]
    painted = picture_of(page.post(f"{where}/map/matte", RICH))
    sharp = picture_of(page.post(f"{where}/mask/sharp", RICH))
    blurred = picture_of(page.post(f"{where}/mask/blurred", RICH))
    np.testing.assert_array_equal(painted, np.minimum(sharp, 255 - blurred))
    opened = page.open(samples.files(1)[0])  # a cat
    where = f"/photos/{opened['id']}"
    page.post(f"{where}/depth?source=box&box=0.2,0.2,0.5,0.6")
    subject = page.site.memory.get(opened["id"]).scene.full.subject
    matte = picture_of(page.post(f"{where}/map/matte", PLAIN))
    np.testing.assert_allclose(matte / 255, subject, atol=0.5 / 255 + 1e-6)


def test_the_point_of_light_is_drawn_for_what_the_controls_say(page):
    disc, blades = (
        picture_of(page.get(f"/aperture?{query}"))
        for query in ("shape=disc", "shape=blades&blades=3&rotation=30")
    )
    assert disc.shape == blades.shape
    assert disc.sum() > 1.5 * blades.sum()
    assert page.get("/aperture?shape=heart").status_code == 422


@pytest.mark.parametrize("turn", [10**20, 2**53, -(10**20)])
def test_a_wrong_turn_does_not_end_a_photo(page, photo_file, depth_file, turn):
    where = f"/photos/{page.open(photo_file, depth_file)['id']}"
    for one in (1_000_000, turn, 1_000_001):
        answer = page.post(f"{where}/preview", PLAIN | {"turn": one})
        assert answer.status_code == 200, answer.get_json()


def test_a_blur_without_room_is_refused(make_page, photo_file, depth_file):
    """The wide one alone: the photo stays open, and the narrow one is drawn."""
    page = make_page(memory=memory.Memory(500_000))
    where = f"/photos/{page.open(photo_file, depth_file)['id']}/full"
    wide, narrow = (
        page.post(where, {"look": {"f_number": f_number}}) for f_number in (0.3, 4)
    )
    assert wide.status_code == 413
    assert "choose a higher f-number" in wide.get_json()["error"]
    assert narrow.status_code == 200
