"""Scores on pictures whose scores are known."""

import keras
import numpy as np
import pytest

from darkroom import pixels
from darkroom.io import images
from darkroom.metrics import image as metrics
from pynet import data, validation, windows


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64(seed))
    return generator.random(shape).astype(np.float32)


def test_scores_by_hand():
    """An error of 0.1 everywhere is 20 dB."""
    truth = 0.8 * noise(40, 60, 3)
    found = validation.scores(truth, truth + np.float32(0.1))
    assert found["psnr"] == pytest.approx(20, abs=1e-4)
    assert validation.scores(truth, truth)["ssim"] == pytest.approx(1, abs=1e-6)


def test_the_border_is_left_out_of_both():
    """Catches a border of another width, or on two sides only."""
    truth = 0.5 * noise(44, 60, 3)
    for row, column, seen in (
        (3, 30, False),
        (4, 30, True),
        (39, 30, True),
        (40, 30, False),
        (20, 3, False),
        (20, 4, True),
        (20, 55, True),
        (20, 56, False),
    ):
        output = truth.copy()
        output[row, column] += 0.5
        found = validation.scores(truth, output, border=4)["psnr"]
        assert np.isfinite(found) == seen


def test_outputs_are_clipped_before_scoring():
    truth = np.ones((16, 20, 3), np.float32)
    assert validation.scores(truth, 1.5 * truth)["psnr"] == np.inf
    assert validation.scores(1 - truth, -truth)["psnr"] == np.inf


@pytest.mark.parametrize(
    ("size", "border", "names"),
    [
        ((10, 40), 0, {"psnr"}),
        ((11, 40), 0, {"psnr", "ssim"}),
        ((13, 40), 2, {"psnr"}),
        ((31, 40), 0, {"psnr", "ssim", "lpips"}),
        ((175, 200), 0, {"psnr", "ssim", "lpips"}),
        ((200, 176), 0, {"psnr", "ssim", "lpips", "ms_ssim"}),
    ],
)
def test_scores_that_need_more_room_are_left_out(size, border, names):
    def distance(truth, output):
        return np.full(1, 0.25)

    picture = noise(*size, 3)
    found = validation.scores(picture, picture, border, distance)
    assert found.keys() == names
    assert found.get("lpips", 0.25) == 0.25


def test_pictures_that_cannot_be_scored_are_one_sentence():
    with pytest.raises(ValueError, match=r"nothing is left .* border of 8 pixels"):
        validation.scores(noise(16, 20, 3), noise(16, 20, 3), border=8)
    with pytest.raises(ValueError, match="output is 16x20, the target 20x16"):
        validation.scores(noise(20, 16, 3), noise(16, 20, 3))


def test_one_trace_serves_all_sizes():
    """Catches a new trace per size: memory and minutes on pictures of all sizes."""
    traces = []

    @keras.saving.register_keras_serializable("test")
    class Count(keras.layers.Layer):
        def call(self, x):
            traces.append(x.shape)
            return x

    photo = keras.Input((None, None, 4))
    model = keras.Model(photo, Count()(photo))
    run = validation.compiled(model)
    traces.clear()
    for height, width in ((32, 64), (64, 32), (96, 96)):
        inputs = noise(1, height, width, 4)
        np.testing.assert_array_equal(run(inputs), inputs)
    assert len(traces) == 1


SIZES = {"1": (256, 330), "2": (192, 256), "3": (256, 192)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three scenes, their bokeh photos darker by a tenth than the photos."""
    folder = tmp_path_factory.mktemp("ebb")
    for name, (height, width) in SIZES.items():
        coarse = 0.2 + 0.6 * noise(height // 16, width // 16, 3, seed=int(name))
        photo = pixels.resize_to(coarse, (height, width))
        for part, picture in (
            (f"original/{name}.png", photo),
            (f"original_depth/{name}.png", pixels.resize(photo[..., 0], 0.5)),
            (f"bokeh/{name}.png", photo - 0.1),
        ):
            images.write(folder / "test" / part, picture)
    return folder


@pytest.mark.parametrize("level", [1, 2, 4])
def test_a_level_is_scored_beside_the_photo(folder, level):
    """Catches scores of the wrong picture, size or border."""
    pairs = data.pairs(folder, "test")

    def better(inputs):  # half as far from the target as the photo is
        return pixels.resize(inputs[0, ..., :3], 2.0 ** (2 - level))[None] - 0.05

    found = validation.evaluate(better, pairs, level, pictures=2)
    assert found.names == ["1", "2", "3"]
    assert [len(row) for row in found.rows] == [4, 4]
    for photo, output in zip(found.photo, found.output, strict=True):
        assert photo["psnr"] == pytest.approx(20, abs=0.1)
        assert output["psnr"] == pytest.approx(26, abs=0.4)
    assert found.left_out == {"ms_ssim"}
    mean = np.mean([scores["psnr"] for scores in found.output])
    assert found.mean["psnr"] == pytest.approx(mean)


def test_what_is_told_the_focus_is_scored_as_it_is_rendered(folder):
    """In focus with the photo's own detail: what the network left out comes back."""
    sharp = windows.Pair  # of a photo whose true picture is itself, all in focus
    pairs = [
        sharp(p.name, p.photo, p.depth, p.photo) for p in data.pairs(folder, "test")
    ]

    def grey(inputs):
        soft = pixels.resize(inputs[0, ..., :3], 2.0)[None]
        return soft - 0.02 * np.sign(np.sin(np.arange(soft.shape[2])))[:, None]

    found = validation.evaluate(grey, pairs, 1, radius=1e-3)  # nothing is blurred
    assert len(found.along) == len(found.output)
    for along, plain in zip(found.along, found.output, strict=True):
        assert along["psnr"] > plain["psnr"] + 3
    assert not validation.evaluate(grey, pairs, 1).along


def test_a_keras_model_is_scored_as_it_computes(folder):
    """Catches an output that is not the level's, or not clipped."""
    photo = keras.Input((None, None, 4))
    quarter = keras.layers.AveragePooling2D(4)(photo[..., :3])
    model = keras.Model(photo, 3 * quarter - 1)
    pairs = data.pairs(folder, "test")[:2]
    found = validation.evaluate(model, pairs, 4, untouched=False, pictures=0)
    assert found.photo == found.rows == []
    for pair, scores in zip(pairs, found.output, strict=True):
        inputs, truth = data.full_picture(pair, 4)
        output = np.clip(model(inputs[None]), 0, 1)
        inside = np.s_[:, 4:-4, 4:-4]
        expected = metrics.psnr(truth[None][inside], output[inside])
        assert scores["psnr"] == pytest.approx(float(expected), abs=1e-3)


@pytest.mark.parametrize("level", range(1, 8))
@pytest.mark.parametrize("margin", [0, 3, 32])
def test_a_margin_is_cut_off_again_at_every_level(level, margin):
    """Catches a picture that is moved, or of another size."""
    picture = pixels.resize_to(noise(6, 8, 4), (192, 256))[None]
    sizes = []

    def run(inputs):
        sizes.append(inputs.shape[1:3])
        return pixels.resize(inputs[0, ..., :3], 2.0 ** (2 - level))[None]

    found = validation.mirrored(run, level, margin)(picture)
    assert not any(side % 32 for side in sizes[0])
    assert (sizes[0] == (192, 256)) == (margin == 0)
    plain = run(picture)
    assert found.shape == plain.shape
    np.testing.assert_allclose(found, plain, atol=0.05)  # the rim, at level 7


def test_what_is_mirrored_leaves_no_dark_rim():
    """Convolutions take what is outside for black."""
    layer = keras.layers.DepthwiseConv2D(
        9, padding="same", use_bias=False, depthwise_initializer="ones"
    )
    bright = np.full((1, 64, 96, 4), 1 / 81, np.float32)
    run = keras.Sequential([layer, keras.layers.UpSampling2D(2)])
    np.testing.assert_allclose(validation.mirrored(run, 1)(bright), 1, atol=1e-5)
    assert validation.mirrored(run, 1, 0)(bright).min() < 0.4


def test_details_are_scored_inside_the_border():
    """Catches a photo that lies beside its picture."""
    photo = 0.2 + 0.6 * noise(80, 120, 3)
    truth = photo.copy()
    truth[:, 60:] = 0.5 + 0.1 * (photo[:, 60:] - 0.5)
    found = validation.scores(truth, truth, 8, photo=photo)
    assert found["detail_in_focus"] == pytest.approx(1, abs=0.02)
    assert found["detail_out_of_focus"] == pytest.approx(1, abs=1e-5)
