"""One photo from its files to its files."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms

from darkroom import depth, lens, subjects
from darkroom.depth import checks, embedded
from darkroom.io import images
from darkroom.io.companions import Companions
from darkroom.io.files import Job
from darkroom.render import look, methods, network, shot, sweep
from darkroom.render.autofocus import FocusRequest
from darkroom.render.options import RenderOptions

HEIGHT, WIDTH = 48, 72
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(autouse=True)
def quick_lens(monkeypatch):
    """A lens that is black where there is blur, and nobody in the photo."""

    def blur(linear, disparity, focus, radius, **options):
        sharp = np.abs(disparity - focus) * radius < 0.5
        return np.where(sharp[..., None], linear, 0).astype(np.float32)

    monkeypatch.setattr(lens, "blur", blur)
    monkeypatch.setattr(subjects, "faces", lambda picture: [], raising=False)
    monkeypatch.setattr(subjects, "has_person_network", lambda: False, raising=False)


def photo(kind: type = np.uint8) -> np.ndarray:
    """Light at the left, noise all over."""
    top = np.iinfo(kind).max
    noise = np.random.Generator(np.random.PCG64(5)).random((HEIGHT, WIDTH, 3)) * 0.3
    noise[:, : WIDTH // 2] += 0.6
    return (noise * top).astype(kind)


def files(folder, name: str = "a.png", kind: type = np.uint8) -> Job:
    """A photo whose left half is near."""
    if not (folder / name).exists():
        images.write(folder / name, photo(kind))
    disparity = np.full((HEIGHT, WIDTH), 50, np.uint8)
    disparity[:, : WIDTH // 2] = 200
    images.write(folder / "a_depth.png", disparity)
    own = Companions(str(folder / "a_depth.png"))
    return Job(folder / name, {"picture": folder / f"b_{name}"}, own)


def accompanied(job: Job, **paths: str) -> Job:
    return replace(job, companions=replace(job.companions, **paths))


AT = FocusRequest((0.2, 0.5))


def asked(at: FocusRequest = AT, **flags: object) -> RenderOptions:
    return RenderOptions(look.Look(radius=16), at, **flags)


def of_a_network(at: FocusRequest = AT) -> RenderOptions:
    return RenderOptions(look.Look(), at)


LEFT, RIGHT = np.s_[:, : WIDTH // 2], np.s_[:, WIDTH // 2 :]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_what_is_in_focus_keeps_its_bits(tmp_path, kind, suffix):
    job = files(tmp_path, f"a{suffix}", kind)
    said = shot.render(job, asked())
    found = images.read(job.outputs["picture"]).pixels
    assert found.dtype == kind
    np.testing.assert_array_equal(found[LEFT], photo(kind)[LEFT])
    assert found[RIGHT].max() == 0
    assert said.startswith(
        f"{job.photo} -> {job.outputs['picture']}: depth from the map a_depth"
    )
    assert "focus on the point 0.2,0.5 at 0" in said


def test_what_a_photo_carries_is_kept_and_it_is_turned_once(tmp_path):
    """Catches a phone's portrait that is turned twice, or its map with it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A maker", 6
    four = np.dstack([photo(), np.full((HEIGHT, WIDTH), 90, np.uint8)])
    stored = Image.fromarray(np.rot90(four).copy())
    stored.save(tmp_path / "a.png", exif=exif.tobytes(), icc_profile=ICC)
    job = files(tmp_path)
    shot.render(job, asked())
    with Image.open(job.outputs["picture"]) as found:
        assert found.size == (WIDTH, HEIGHT)
        assert found.info["icc_profile"] == ICC
        assert found.getexif().get(0x0112, 1) == 1
        assert found.getexif()[0x010F] == "A maker"
        pixels = np.asarray(found)
    assert (pixels[..., 3] == 90).all()
    np.testing.assert_array_equal(pixels[LEFT][..., :3], photo()[LEFT])
    assert pixels[RIGHT][..., :3].max() == 0


def test_the_depth_can_be_turned_round(tmp_path):
    job = files(tmp_path)
    shot.render(job, asked(FocusRequest(on="nearest"), invert_depth=True))
    found = images.read(job.outputs["picture"]).pixels
    assert found[LEFT].max() == 0
    np.testing.assert_array_equal(found[RIGHT], photo()[RIGHT])


def test_a_face_is_sharp_whatever_its_depth(tmp_path, monkeypatch):
    """Half of the face lies on the far side of the depth map's step."""
    face = subjects.Face(WIDTH // 2 - 14, 10, 20, 20)
    monkeypatch.setattr(subjects, "faces", lambda picture: [face], raising=False)
    job = files(tmp_path)
    shot.render(job, asked(FocusRequest()))
    found = images.read(job.outputs["picture"]).pixels
    np.testing.assert_array_equal(found[20, : WIDTH // 2 + 5], photo()[20, :41])
    assert found[20, WIDTH // 2 + 8 :].max() == 0
    assert found[40:, WIDTH // 2 :].max() == 0


@pytest.mark.parametrize("size", [(HEIGHT, WIDTH), (HEIGHT // 2, WIDTH // 2)])
def test_masks_have_the_last_word(tmp_path, size):
    job = files(tmp_path)
    for name, columns in (("sharp", np.s_[-size[1] // 4 :]), ("blurred", np.s_[:9])):
        mask = np.zeros(size, np.uint8)
        mask[:, columns] = 255
        images.write(tmp_path / f"{name}.png", mask)
    sharp, blurred = (str(tmp_path / f"{name}.png") for name in ("sharp", "blurred"))
    shot.render(accompanied(job, mask=sharp, blur_mask=blurred), asked())
    found = images.read(job.outputs["picture"]).pixels
    edge = WIDTH - WIDTH // 4
    np.testing.assert_array_equal(found[:, edge + 1 :], photo()[:, edge + 1 :])
    assert found[:, WIDTH // 2 : edge - 1].max() == 0
    assert found[:, :8].max() == 0
    np.testing.assert_array_equal(found[:, 20:36], photo()[:, 20:36])


def test_a_mask_of_another_picture_is_refused(tmp_path):
    images.write(tmp_path / "m.png", np.zeros((WIDTH, HEIGHT), np.uint8))
    job = accompanied(files(tmp_path), mask=str(tmp_path / "m.png"))
    with pytest.raises(ValueError, match=r"m\.png: the mask is 72x48, the photo 48x72"):
        shot.render(job, asked())
    assert not job.outputs["picture"].exists()


def test_the_view_shows_the_focus_in_white(tmp_path):
    job = replace(files(tmp_path), outputs={"view": tmp_path / "v.png"})
    shot.render(job, asked())
    found = images.read(tmp_path / "v.png").pixels.astype(int)
    assert found.shape == (HEIGHT, WIDTH, 3)
    near, far = found[:, 5:30], found[:, 45:]
    assert np.ptp(near, axis=-1).max() <= 1  # white and its shades
    assert np.ptp(far, axis=-1).min() > 20


def test_a_sweep_is_drawn_small_with_the_same_look(tmp_path, monkeypatch):
    """Catches a radius in pixels that is not made smaller with the picture, and a
    disparity between near and far, where there is nothing."""
    looks, sweeps = [], []
    draw = methods.draw
    monkeypatch.setattr(methods, "draw", lambda *a: looks.append(a[3]) or draw(*a))
    monkeypatch.setattr(sweep, "write", lambda *arguments: sweeps.append(arguments))
    job = replace(files(tmp_path), outputs={"sweep": tmp_path / "s.gif"})
    said = shot.render(job, asked(sweep_size=27))  # the step falls within a pixel
    assert f"-> {tmp_path / 's.gif'}:" in said
    ((path, disparity, frame),) = sweeps
    assert path == tmp_path / "s.gif"
    assert disparity.shape == (18, 27)
    far, near = np.unique(disparity)
    first, last = frame(near), frame(far)
    assert first[:, 15:].max() == 0 < first[:, :12].min()
    assert last[:, :12].max() == 0 < last[:, 15:].mean()
    assert [how.radius for how in looks] == [6, 6]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_small_network_draws_a_large_photo_with_all_it_carries(
    tmp_path, monkeypatch, kind
):
    """Catches a picture of the network's size, and alpha or 16 bits lost on the way."""

    def lit(inputs):
        picture = inputs[..., :3] * (inputs[..., 3:] > 0.5)
        return picture.repeat(2, axis=1).repeat(2, axis=2)

    alpha = np.full((HEIGHT, WIDTH), 90, kind)
    like = images.Photo(photo(kind), alpha, icc=ICC)
    images.write(tmp_path / "a.png", photo(kind), like)
    job = files(tmp_path)
    monkeypatch.setattr(
        checks, "reject_photo_itself", lambda *_: None
    )  # so small, all are alike
    drawn = shot.by_network(
        job, of_a_network(), network.Network(lit, (24, 96), margin=0)
    )
    assert drawn.message.endswith(", drawn at 24x36 and enlarged along the photo")
    found = images.read(job.outputs["picture"])
    assert found.pixels.dtype == kind
    assert found.pixels.shape == (HEIGHT, WIDTH, 3)
    np.testing.assert_array_equal(found.alpha, alpha)
    assert found.icc == ICC
    top = np.iinfo(kind).max
    off = np.abs(found.pixels[:, :24] / top - photo(kind)[:, :24] / top)
    assert off.mean() < 0.02
    assert found.pixels[:, 62:].max() < 0.03 * top


def test_the_depth_of_a_second_photo_is_found_at_its_size(tmp_path, monkeypatch):
    """Catches a small photo that is matched with a large one."""
    sizes = []

    def find(picture, *rest, upsampled, scale, subject, subject_name):
        assert upsampled and not scale and subject is None
        sizes.append(picture.pixels.shape[:2])
        return depth.PhotoDepth(np.ones(sizes[-1], np.float32), "it")

    def double(inputs):
        return inputs[..., :3].repeat(2, axis=1).repeat(2, axis=2)

    monkeypatch.setattr(depth, "find", find)
    job = files(tmp_path)
    run = network.Network(double, (24, 96), margin=0)
    shot.by_network(job, of_a_network(), run)
    shot.by_network(accompanied(job, depth="", right="right.png"), of_a_network(), run)
    assert sizes == [(24, 36), (HEIGHT, WIDTH)]


def test_a_network_is_told_the_focus_by_its_disparity(tmp_path):
    """Catches a focus that is asked for and not followed."""
    seen = []

    def double(inputs):
        seen.append(inputs[0, ..., 3])
        return inputs[..., :3].repeat(2, axis=1).repeat(2, axis=2)

    job, run = files(tmp_path), network.Network(double, margin=0)
    at_right = FocusRequest((0.9, 0.5))
    for request in (FocusRequest(), at_right):
        drawn = shot.by_network(job, of_a_network(request), run)
    near, far = 200 / 255, 50 / 255
    assert f"focus on the point 0.9,0.5 at {far:.2f}" in drawn.message
    left, right = np.s_[:, 2:16], np.s_[:, 20:34]
    np.testing.assert_allclose(seen[0][left], near, atol=0.01)
    np.testing.assert_allclose(seen[0][right], far, atol=0.01)
    np.testing.assert_allclose(seen[1][right], 1 - far, atol=0.01)
    np.testing.assert_allclose(seen[1][left], 1 - near, atol=0.01)


def test_a_network_that_must_be_told_the_focus_is(tmp_path):
    """Catches one that draws without, as those that guess it do."""
    seen = []

    def double(inputs):
        seen.append(inputs[0, ..., 3])
        return inputs[..., :3].repeat(2, axis=1).repeat(2, axis=2)

    run = network.Network(double, margin=0, radius=30.0)
    drawn = shot.by_network(files(tmp_path), of_a_network(FocusRequest()), run)
    assert "focus on " in drawn.message and drawn.message.endswith("at 0.78")
    left, right = np.s_[:, 2:16], np.s_[:, 20:34]
    np.testing.assert_allclose(seen[0][left], 1, atol=0.03)
    np.testing.assert_allclose(seen[0][right], 1 - 150 / 255, atol=0.03)
    half = RenderOptions(look.Look(radius=15.0))
    shot.by_network(files(tmp_path), half, run)
    np.testing.assert_allclose(seen[1][right], 1 - 75 / 255, atol=0.03)


def test_the_depth_goes_into_the_jpeg_if_asked(tmp_path):
    job = files(tmp_path, "a.jpg")
    shot.render(job, asked())
    written = job.outputs["picture"]
    plain = images.read(written).pixels
    assert embedded.find(written) is None
    shot.render(job, asked(embed_depth=True))
    np.testing.assert_array_equal(images.read(written).pixels, plain)
    inside = embedded.find(written)
    assert inside[LEFT].min() > 0.98 and inside[RIGHT].max() < 0.02
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("a.jpg", "a_depth.png", "b_a.jpg"),
    ]


def test_how_deep_it_is_sharp_is_said_and_kept(tmp_path):
    """By hand: a band of 0.4 around 200 / 255 would end above 1."""
    job = files(tmp_path)
    plain = shot.read(job, asked())
    assert plain.band == 0 and "sharp from" not in plain.message
    how = look.Look(radius=16, focal_range=0.6)
    wide = shot.read(job, RenderOptions(how, AT))
    assert wide.band == 0.6
    assert "at 0.78, sharp from 0.48 to 1.00" in wide.message
