"""The networks against the original's numbers."""

from __future__ import annotations

import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import blocks, networks

SMALL = np.load(pathlib.Path(__file__).parents[1] / "golden" / "gan.npz")
ATOL = 5e-5
BUILD = {
    "resnet_6blocks": lambda norm: networks.resnet_generator(6, norm),
    "resnet_9blocks": lambda norm: networks.resnet_generator(9, norm),
    "unet_128": lambda norm: networks.unet_generator(7, norm),
    "unet_256": lambda norm: networks.unet_generator(8, norm),
    "patchgan2": lambda norm: networks.patch_discriminator(2, norm),
    "patchgan3": lambda norm: networks.patch_discriminator(3, norm),
    "patchgan3_6ch": lambda norm: networks.patch_discriminator(3, norm, inputs=6),
    "pixel": networks.pixel_discriminator,
}
PARAMETERS = {
    "resnet_6blocks__instance": 7_837_699,
    "resnet_9blocks__instance": 11_378_179,
    "patchgan3__instance": 2_764_737,
}
# The smallest of each kind, for what all have in common
TINY = {
    "resnet_generator": {"blocks": 1},
    "unet_generator": {"downsamplings": 5},
    "patch_discriminator": {"layers": 2},
    "pixel_discriminator": {},
}


def tiny(kind: str, **options):
    card = {"kind": kind, "width": 1 / 8} | TINY[kind]
    return networks.build(card, **options)


def run(model, picture, **options) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(picture, **options))


def noise(*shape: int) -> np.ndarray:
    numbers = np.random.Generator(np.random.PCG64(3)).uniform(-1, 1, shape)
    return numbers.astype(np.float32)


@pytest.fixture(scope="module")
def resnet(recipe):
    model = networks.resnet_generator(6)
    recipe.fill(model)
    return model


@pytest.fixture(scope="module")
def whole(request):
    """All pixels of the original's outputs, where they are beside the repository."""
    try:
        return request.getfixturevalue("golden")
    except pytest.skip.Exception:
        return None


@pytest.mark.parametrize("net", sorted({"__".join(k.split("__")[:2]) for k in SMALL}))
def test_outputs_equal_the_original(recipe, whole, net):
    """Catches any wrong kernel, padding, skip, norm or missing bias."""
    name, norm = net.split("__")
    model = BUILD[name](norm)
    recipe.fill(model)
    assert model.count_params() == PARAMETERS.get(net, model.count_params())
    for key in (key for key in SMALL if key.startswith(f"{net}__")):
        size, *training = key.split("__")[2:]
        count = 2 if name.endswith("6ch") else 1
        pictures = [recipe.picture(k, int(size)) for k in range(count)]
        found = run(model, np.concatenate(pictures, -1), training=bool(training))
        step = max(1, found.shape[1] // 16)
        close(found[:, ::step, ::step], SMALL[key])
        if whole is not None:
            close(found, last(whole[f"net__{key}"]))


def test_layers_inside_equal_the_original(recipe, golden, resnet):
    """Catches two errors that cancel, and names the layer that is wrong."""
    names = {1: "first", 2: "first_norm", 3: "first_relu", 4: "down_1"}
    names |= {9: "down_2_relu", 10: "block_1", 16: "up_1_crop"}
    inside = [resnet.get_layer(name).output for name in names.values()]
    outputs = keras.Model(resnet.input, inside)(recipe.picture(0, 128))
    for place, output in zip(names, outputs, strict=True):
        expected = golden[f"net__resnet_6blocks__instance__128__mid{place}"]
        close(keras.ops.convert_to_numpy(output)[..., :8], last(expected))


def test_transposed_convolutions_equal_the_original(recipe, golden, resnet):
    """Catches the shift by a pixel that `same` brings with a kernel of 3."""
    x, expected = (
        last(golden[f"net__convT_k3s2p1op1__{end}"]) for end in ("in", "out")
    )
    layer = resnet.get_layer("up_1")
    close(run(resnet.get_layer("up_1_crop"), layer(x)), expected)

    same = keras.layers.Conv2DTranspose(128, 3, strides=2, padding="same")
    same.build(x.shape)
    same.set_weights(layer.get_weights())
    broken = run(same, x)
    assert np.abs(broken - expected).max() > 1
    close(broken[:, 1:, 1:], expected[:, :-1, :-1])

    x, expected = (last(golden[f"net__convT_k4s2p1__{end}"]) for end in ("in", "out"))
    entry = keras.Input(x.shape[1:])
    up = blocks.Blocks("instance").up(entry, "up", 4, 3, norm=False)
    kernel = recipe.generator(26).standard_normal((128, 3, 4, 4)) / np.sqrt(128 * 16)
    model = keras.Model(entry, up)
    bias = 0.05 * recipe.generator(27).standard_normal(3)
    model.set_weights([kernel.transpose(2, 3, 1, 0), bias])
    close(run(model, x), expected)


def test_a_shifted_network_would_be_found(recipe, monkeypatch):
    """The broken twin: with `same` alone the parity test above must fail."""

    def same(net, x, name, kernel, filters, **_):
        y = keras.layers.Conv2DTranspose(filters, 3, 2, "same", name=name)(x)
        net.order.append(name)
        return net._normalized(y, f"{name}_norm")

    monkeypatch.setattr(blocks.Blocks, "up", same)
    model = networks.resnet_generator(6)
    recipe.fill(model)
    found = run(model, recipe.picture(0, 128))[:, ::8, ::8]
    assert found.shape == SMALL["resnet_6blocks__instance__128"].shape
    with pytest.raises(AssertionError):
        close(found, SMALL["resnet_6blocks__instance__128"])


@pytest.mark.parametrize(
    ("model", "places"),
    [
        (("unet_generator", 8), ["up_7", "up_6", "up_5"]),
        (("unet_generator", 7), ["up_6", "up_5"]),
        (("resnet_generator", 2), ["block_1_a", "block_2_a"]),
    ],
)
def test_dropout_is_where_the_original_has_it(model, places):
    kind, count = model
    options = dict.fromkeys(TINY[kind], count)
    names = [layer.name for layer in tiny(kind, dropout=True, **options).layers]
    assert [n for n in names if "dropout" in n] == [f"{p}_dropout" for p in places]


@pytest.mark.parametrize(
    ("kind", "size", "out"),
    [
        ("resnet_generator", (20, 36), (20, 36, 3)),
        ("unet_generator", (32, 96), (32, 96, 3)),
        ("patch_discriminator", (33, 50), (6, 10, 1)),
        ("pixel_discriminator", (5, 3), (5, 3, 1)),
    ],
)
def test_pictures_of_any_shape(kind, size, out):
    """Catches a fixed size, height and width exchanged, and PyTorch's odd halves."""
    assert tiny(kind)(noise(2, *size, 3)).shape == (2, *out)


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [
        (
            "resnet_generator",
            (32, 34),
            "32x34; .* multiples of 4, at least 8: crop, pad",
        ),
        ("resnet_generator", (4, 32), "4x32; .* multiples of 4, at least 8"),
        ("unet_generator", (48, 64), "48x64; .* multiples of 32, at least 32"),
        ("patch_discriminator", (11, 64), "11x64; .* sides that are at least 12"),
    ],
)
def test_other_sizes_are_refused_in_one_sentence(kind, size, said):
    """Catches a picture of another size coming back, or an error about tensors."""
    model = tiny(kind)
    for call in (model, tf.function(model)):
        with pytest.raises(ValueError, match=said):
            call(noise(1, *size, 3))
    with pytest.raises(ValueError, match=said) as caught:
        model(noise(1, *size, 3))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("resnet_generator", {"norm": "layer"}, "norm is layer; expected instance or"),
        (
            "pixel_discriminator",
            {"width": 0.03},
            r"width is 0\.03; .* multiple of 1/64",
        ),
        ("unet_generator", {"downsamplings": 4}, "downsamplings is 4; .* at least 5"),
        ("resnet", {}, "kind is resnet; expected one of resnet_generator, unet_gen"),
    ],
)
def test_what_cannot_be_built_is_refused(kind, options, said):
    with pytest.raises(ValueError, match=said):
        networks.build({"kind": kind}, **options)


@pytest.mark.parametrize("kind", TINY)
def test_precisions(kind):
    """Catches float32 in a float64 training, and logits of 8 bits."""
    picture = noise(1, 32, 32, 3).astype(np.float64)
    single, double, half = (
        tiny(kind, precision=precision)
        for precision in ("float32", "float64", "mixed_bfloat16")
    )
    double.set_weights(single.get_weights())
    half.set_weights(single.get_weights())
    expected = run(double, picture)
    assert expected.dtype == np.float64
    assert {v.dtype for v in double.weights} == {"float64"}
    np.testing.assert_allclose(run(single, picture), expected, rtol=0, atol=1e-5)
    assert run(half, picture).dtype == np.float32
    assert half.get_layer("last" if "unet" not in kind else "up_1").compute_dtype == (
        "bfloat16"
    )
    np.testing.assert_allclose(run(half, picture), expected, rtol=0, atol=0.1)


@pytest.mark.parametrize("kind", TINY)
def test_a_card_builds_the_network_again(kind):
    """Catches an option that a weights file would forget."""
    model = tiny(kind, norm="batch", inputs=4)
    again = networks.build(model.card | {"task": "depth"}, name="again")
    assert (again.name, again.card) == ("again", model.card)
    shapes = [{v.path: v.shape for v in m.weights} for m in (model, again)]
    assert shapes[0] == shapes[1]
    # automatic names would carry numbers that differ between two models
    assert [x.name for x in model.layers] == [x.name for x in again.layers]


def close(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=ATOL)


def last(channels_first: np.ndarray) -> np.ndarray:
    return channels_first.transpose(0, 2, 3, 1)
