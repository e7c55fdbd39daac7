"""Each published contract: read as its network answers, or refused with its remedy."""

import json
import sys

import cv2
import depth_networks as stand_ins
import numpy as np
import pytest

from darkroom.depth import networks, runtimes

SMALL = (16, 24)
RNG = np.random.default_rng(3)
# Blobs, three times as large as the networks' picture: resizing it is exact.
PHOTO = cv2.resize(
    RNG.integers(0, 256, (6, 9, 3), np.uint8), (72, 48), interpolation=cv2.INTER_CUBIC
)
IMAGENET = stand_ins.IMAGENET


def seen(size, photo=PHOTO, scale="0..1"):
    """Returns what a network sees, by the contract: `[H, W, 3]` float32."""
    how = cv2.INTER_AREA if size <= photo.shape[:2] else cv2.INTER_CUBIC
    small = cv2.resize(photo, size[::-1], interpolation=how) / 255.0
    mean, deviation = {
        "0..1": (0, 1),
        "imagenet": IMAGENET,
        "-1..1": (0.5, 0.5),
        "0..255": (0, 1 / 255),
    }[scale]
    return ((small - mean) / deviation).astype(np.float32)


def stretched(values):
    return (values - values.min()) / np.ptp(values)


def inverse(metres):
    """Returns 1 / metres, strays clipped."""
    return 1 / np.clip(metres, *np.percentile(metres, (0.1, 99.9), method="nearest"))


def check(path, expected, atol=1e-5, **flags):
    found = networks.disparity(path, PHOTO, **flags)
    assert found.disparity.dtype == np.float32
    np.testing.assert_allclose(found.disparity, stretched(expected), rtol=0, atol=atol)
    return found.note


def near(size, scale="0..1", photo=PHOTO):
    return stand_ins.answer(seen(size, photo, scale))


@pytest.mark.parametrize(
    ("name", "how", "scale", "sign"),
    [
        ("Depth-Anything-V2.tflite", {}, "0..1", 1),
        ("Midas-V2.tflite", {"out": "B1HW"}, "0..1", 1),
        ("midas_v2_1_small.tflite", {"out": "HW"}, "imagenet", 1),
        ("MiDaS-small/model.tflite", {"out": "BHW"}, "imagenet", 1),
        ("metric3d-v2.tflite", {"nchw": True, "more": ("normal",)}, "0..1", -1),
        ("fast_depth_224.tflite", {}, "0..1", -1),
        ("nyu.tflite", {"free": True}, "0..1", -1),
        ("MoGe-2.tflite", {"nchw": True, "more": ("normal", "confidence")}, "0..1", -1),
    ],
)
def test_published_litert_files(tmp_path, name, how, scale, sign):
    path = stand_ins.tflite(tmp_path / name, SMALL, **how)
    size = (518, 784) if how.get("free") else SMALL
    own = near(size, scale)
    note = check(path, own if sign > 0 else inverse(own))
    assert ("depth_scaling" in note) == (name == "metric3d-v2.tflite")


def test_a_portrait_file_turns_the_photo_and_turns_back(tmp_path):
    """Catches: Depth Anything 3's file, in which a photo that lies is squeezed."""
    path = stand_ins.tflite(
        tmp_path / "Depth-Anything-3-LiteRT.tflite", (24, 16), nchw=True, out="B1HW"
    )
    own = np.rot90(near((24, 16), "imagenet", np.rot90(PHOTO)), -1)
    assert check(path, 1 / own) == ""


@pytest.mark.parametrize(
    ("name", "how", "plain"),
    [
        ("net.tflite", {}, True),
        ("midas.tflite", {}, False),
        ("fastdepth.tflite", {}, False),
        ("net.tflite", {"nchw": True}, False),
        ("net.tflite", {"more": ("normal",)}, False),
        ("net.tflite", {"free": True}, False),
    ],
)
def test_a_plain_network_is_one_that_any_runtime_reads_right(
    tmp_path, name, how, plain
):
    path = stand_ins.tflite(tmp_path / name, SMALL, **how)
    assert networks.is_plain(path) == plain


@pytest.mark.parametrize(
    ("kind", "low", "high", "scale"),
    [("uint8", 0, 1, "0..1"), ("int8", -1, 1, "-1..1"), ("uint8", 0, 255, "0..255")],
)
def test_whole_numbers_go_by_their_quantisation(tmp_path, kind, low, high, scale):
    path = stand_ins.tflite(
        tmp_path / "net.tflite", SMALL, quantized=(kind, low, high), nchw=kind == "int8"
    )
    own = near(SMALL, scale)
    # Its own answer is rounded to 8 bits, as its weights are.
    note = check(path, own, atol=0.03)
    assert "depth_scaling" not in note and "as disparity (--depth_unit)" in note


def test_what_the_flags_say_counts_more_than_all_else(tmp_path):
    """KerasHub's plain export wants ImageNet's scale, and nothing in it says so."""
    path = stand_ins.tflite(tmp_path / "net.tflite", SMALL)
    note = check(path, near(SMALL))
    assert "the picture as 0..1 (--depth_scaling)" in note
    assert (
        check(path, near(SMALL, "imagenet"), scale="imagenet", unit="disparity") == ""
    )
    six = "0.485,0.456,0.406,0.229,0.224,0.225"
    check(path, near(SMALL, "imagenet"), scale=six)
    check(path, 1 / near(SMALL), unit="metres")
    own = stand_ins.answer(seen(SMALL)[..., ::-1])
    check(path, own, scale="0..1,bgr")
    for wrong in ("imagent", "1,2,3", "0,0,0,1,1,0"):
        with pytest.raises(ValueError, match=r"depth_scaling is .*; expected 0\.\.1, "):
            networks.disparity(path, PHOTO, wrong)
    with pytest.raises(ValueError, match="disparity, depth or metres"):
        networks.disparity(path, PHOTO, unit="feet")


@pytest.mark.parametrize(
    ("name", "how", "scale", "sign"),
    [
        ("depth-anything-v2-small.onnx", {}, "imagenet", 1),
        ("depth-anything-v2-small/onnx/model_fp16.onnx", {}, "imagenet", 1),
        (
            "da3.onnx",
            {"image": "image", "out": "depth", "more": ("sky",)},
            "imagenet",
            -1,
        ),
        ("DepthPro.onnx", {"more": ("focallength_px",)}, "-1..1", -1),
        ("fastdepth.onnx", {"double": 2, "out": "output"}, "0..1", -1),
    ],
)
def test_published_onnx_files(tmp_path, name, how, scale, sign):
    pytest.importorskip("onnxruntime", reason="pip install onnxruntime")
    pytest.importorskip("onnx", reason="pip install onnx")
    sides = [1, 3, *SMALL]
    path = stand_ins.onnx(tmp_path / name, sides, **how)
    own = near(SMALL, scale)[:: how.get("double", 1), :: how.get("double", 1)]
    assert check(path, own if sign > 0 else inverse(own)) == ""


@pytest.fixture
def onnx():
    pytest.importorskip("onnxruntime", reason="pip install onnxruntime")
    pytest.importorskip("onnx", reason="pip install onnx")
    return stand_ins.onnx


@pytest.mark.parametrize("channels", [3, "channels"])
def test_free_sizes_keep_the_photo_s_proportions_in_multiples_of_14(
    onnx, tmp_path, channels
):
    path = onnx(tmp_path / "depth_anything.onnx", ["b", channels, "h", "w"])
    check(path, near((518, 784), "imagenet"))  # 3:2 would be 777 pixels
    long = np.tile(PHOTO[:16], (1, 10, 1))
    found = networks.disparity(path, long).disparity
    assert found.shape == (518, 3 * 518)


def test_what_transformers_writes_beside_a_file_is_read(onnx, tmp_path):
    path = onnx(tmp_path / "net/onnx/model.onnx", [1, 3, "h", "w"])
    words = {
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "size": {"height": 392, "width": 392},
        "ensure_multiple_of": 14,
    }
    beside = tmp_path / "net/preprocessor_config.json"
    beside.write_text(json.dumps(words))
    note = check(path, near((392, 588), "-1..1"))
    assert "depth_scaling" not in note
    words |= {"do_rescale": False, "do_normalize": False, "size": 32}
    beside.write_text(json.dumps({**words, "ensure_multiple_of": 1}))
    check(path, near((32, 64), "0..255"))
    beside.write_text("[]")
    with pytest.raises(ValueError, match=r"config\.json is not what transformers"):
        networks.disparity(path, PHOTO)


def test_moge_gives_points_and_what_its_mask_leaves_out_is_far(onnx, tmp_path):
    path = onnx(
        tmp_path / "moge-2.onnx",
        [1, 3, *SMALL],
        image="image",
        out="points",
        points=True,
        tokens=True,
        more=("mask",),
    )
    picture = seen(SMALL)
    own = np.where(picture[..., 0] > 0.5, 1 / stand_ins.answer(picture), 0)
    assert check(path, own) == ""


def test_a_size_that_a_network_cannot_take_says_where_to_put_another(onnx, tmp_path):
    """Catches a network whose free sizes are multiples of another number than 14."""
    path = onnx(tmp_path / "net.onnx", [1, 3, 512, "w"], double=2)
    beside = tmp_path / "preprocessor_config.json"
    beside.write_text(json.dumps({"size": 512, "ensure_multiple_of": 32}))
    assert networks.disparity(path, PHOTO).disparity.shape == (256, 384)
    runtime = runtimes.load(path)
    with pytest.raises(
        ValueError, match=r"run on 1x3x14x14 .*preprocessor_config\.json"
    ):
        runtime.run([np.zeros((1, 3, 14, 14), np.float32)])


@pytest.mark.parametrize("kind", ["float16", "uint8"])
def test_onnx_of_other_types(onnx, tmp_path, kind):
    path = onnx(tmp_path / "net.onnx", [1, 3, *SMALL], kind=kind)
    scale = "imagenet" if kind == "float16" else "0..255"
    note = check(path, near(SMALL, scale), atol=2e-3 if kind == "float16" else 1e-5)
    assert f"the picture as {scale} (--depth_scaling)" in note


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Makes a file whose runtime answers as it is told to."""

    def make(answers, shape=(1, 3, *SMALL)):
        class Fake:
            card = None
            inputs = (runtimes.Tensor("image", shape, np.dtype("float32")),)
            outputs = ()

            def run(self, arrays):
                return answers

        monkeypatch.setattr(runtimes, "load", lambda path: Fake())
        path = tmp_path / "odd.onnx"
        path.touch()
        return path

    return make


MAP = stretched(near(SMALL))[None]


@pytest.mark.parametrize(
    ("answers", "shape", "said"),
    [
        (
            {"a": MAP},
            (1, 16, 24, 4),
            "takes image 1x16x24x4 .*expected a depth network",
        ),
        ({"a": MAP}, (1, 8), "darkroom.depth fetch"),
        ({"a": MAP}, (1, 1, 1, 3), "expected a depth network"),
        ({"a": MAP[..., None].repeat(3, -1)}, None, "gives a 1x16x24x3 for .* 16x24"),
        ({"a": MAP[:, :5]}, None, "1x5x24 .*map of its proportions"),
        ({"a": MAP * np.nan}, None, "not finite"),
        ({"a": np.where(MAP > 0.5, np.inf, MAP)}, None, "not finite"),
        ({"a": MAP.astype(np.int64)}, None, "expected a map"),
        ({"metric_depth": -MAP}, None, "pass --depth_unit disparity"),
    ],
)
def test_what_is_no_depth_network_is_one_sentence(fake, answers, shape, said):
    path = fake(answers, shape or (1, 3, *SMALL))
    with pytest.raises(ValueError, match=rf"odd\.onnx.* {said}") as error:
        networks.disparity(path, PHOTO)
    assert "\n" not in str(error.value)


def test_of_several_maps_without_a_name_the_first_is_a_guess_that_is_said(fake):
    path = fake({"a": MAP, "b": 1 - MAP})
    assert "its output a as the map" in networks.disparity(path, PHOTO).note


def test_a_stray_pixel_does_not_flatten_a_map_in_metres(fake):
    metres = np.linspace(2, 4, 40 * 60, dtype=np.float32).reshape(40, 60)
    metres[0, 0] = 0.01
    path = fake({"depth": metres[None]}, (1, 3, 40, 60))
    assert np.median(networks.disparity(path, PHOTO, unit="metres").disparity) > 0.2


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors", "net.keras"])
def test_weights_of_others_say_how_they_are_brought_here(tmp_path, name):
    (tmp_path / name).write_bytes(b"..")
    with pytest.raises(ValueError, match=r"expected \.tflite or \.onnx: export it"):
        networks.disparity(tmp_path / name, PHOTO)


def test_damaged_files_and_a_runtime_that_is_missing(tmp_path, monkeypatch):
    path = tmp_path / "net.tflite"
    with pytest.raises(FileNotFoundError):
        networks.disparity(path, PHOTO)
    path.write_bytes(b"....TFL3" + bytes(90))
    with pytest.raises(ValueError, match="damaged or cut short"):
        networks.disparity(path, PHOTO)
    path = tmp_path / "net.onnx"
    path.write_bytes(b"no ONNX at all")
    with pytest.raises(ValueError, match=r"get a whole copy|pip install onnxruntime"):
        networks.disparity(path, PHOTO)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ValueError, match=r"pip install onnxruntime; or take a \.tfl"):
        networks.disparity(path, PHOTO)
