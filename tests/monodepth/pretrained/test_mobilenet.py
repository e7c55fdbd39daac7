"""The pretrained encoder, against convolution and normalisation done by hand."""

import keras
import numpy as np
import pytest

from monodepth.pretrained import mobilenet

SIZE = (1, 64, 96, 3)


def model():
    picture = keras.Input((None, None, 3))
    return keras.Model(picture, mobilenet.features(picture))


@pytest.fixture(scope="module")
def arrays():
    """A state dict as torchvision's, random; 17 blocks, of which 16 are used."""
    rng, found = np.random.default_rng(0), {}

    def put(convolution, norm, filters, inputs, kernel):
        shape = (filters, inputs, kernel, kernel)
        size = np.sqrt(2 / np.prod(shape[1:]))
        found[f"{convolution}.weight"] = rng.normal(0, size, shape)
        found[f"{norm}.weight"] = rng.uniform(0.8, 1.2, filters)
        found[f"{norm}.bias"] = rng.normal(0, 0.3, filters)
        found[f"{norm}.running_mean"] = rng.normal(0, 0.3, filters)
        found[f"{norm}.running_var"] = rng.uniform(0.5, 2, filters)

    put("features.0.0", "features.0.1", 32, 3, 3)
    block, before = 0, 32
    for expansion, filters, count, _ in mobilenet.GROUPS:
        for _ in range(count):
            block, wide = block + 1, expansion * before
            shapes = [(wide, before, 1), (wide, 1, 3), (filters, wide, 1)]
            for place, shape in enumerate(shapes[expansion == 1 :]):
                module = f"features.{block}.conv"
                put(f"{module}.{3 * place}", f"{module}.{3 * place + 1}", *shape)
            before = filters
    return {name: array.astype(np.float32) for name, array in found.items()}


def by_hand(arrays, picture):
    """The network as its paper and torchvision have it, in float64 loops."""

    def conv(x, name, stride=1, groups=1):
        kernel = arrays[f"{name}.weight"].astype(float)
        side = kernel.shape[-1]
        border = side // 2
        x = np.pad(x, ((0, 0), (border, border), (border, border)))
        rows, columns = ((n - side) // stride + 1 for n in x.shape[1:])
        total = 0
        for i in range(side):
            for j in range(side):
                part = x[:, i : i + stride * rows : stride]
                part = part[:, :, j : j + stride * columns : stride]
                if groups == 1:
                    total = total + np.tensordot(kernel[:, :, i, j], part, 1)
                else:
                    total = total + kernel[:, 0, i, j, None, None] * part
        return total

    def norm(x, name):
        gain, shift, mean, variance = (
            arrays[f"{name}.{part}"][:, None, None].astype(float)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + 1e-5) * gain + shift

    x = (picture - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    x = np.clip(
        norm(conv(x.transpose(2, 0, 1), "features.0.0", 2), "features.0.1"), 0, 6
    )
    strides = {2: 2, 4: 2, 7: 2, 14: 2}
    found = {}
    for block in range(1, 17):
        module, y, first = f"features.{block}.conv", x, 0 if block == 1 else 3
        if block > 1:
            y = np.clip(norm(conv(y, f"{module}.0"), f"{module}.1"), 0, 6)
        y = conv(y, f"{module}.{first}", strides.get(block, 1), groups=len(y))
        y = np.clip(norm(y, f"{module}.{first + 1}"), 0, 6)
        y = norm(conv(y, f"{module}.{first + 3}"), f"{module}.{first + 4}")
        x = x + y if block in (3, 5, 6, 8, 9, 10, 12, 13, 15, 16) else y
        found[block] = x.transpose(1, 2, 0)
    return found[6], found[13], found[16]


def test_features_are_those_of_the_paper(arrays, write_pth, tmp_path):
    """Catches padding on the wrong side, a lost sum, and a kernel turned round."""
    path = tmp_path / "mobilenet.pt"
    write_pth(path, arrays)
    encoder = model()
    mobilenet.load(encoder, path)
    picture = np.random.default_rng(1).random(SIZE, np.float32)
    sizes = ((8, 12), (4, 6), (2, 3))
    shapes = [(*s, c) for s, c in zip(sizes, mobilenet.CHANNELS, strict=True)]
    expected = by_hand(arrays, picture[0])
    for found, exact, shape in zip(encoder(picture), expected, shapes, strict=True):
        assert found.shape == (1, *shape)
        np.testing.assert_allclose(found[0], exact, rtol=0, atol=2e-4 * exact.std())


def test_it_is_not_trained():
    assert not model().trainable_variables


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.pop("features.9.conv.1.bias"), "hold features.9.conv.0 as"),
        (
            lambda a: a.update({"features.0.0.weight": np.ones((16, 3, 3, 3), "f4")}),
            "hold features.0.0 as MobileNetV2 of width 1",
        ),
    ],
)
def test_other_state_dicts_are_refused(arrays, write_pth, tmp_path, change, said):
    """Catches a network that is half loaded, and goes on."""
    other = dict(arrays)
    change(other)
    write_pth(tmp_path / "other.pt", other)
    with pytest.raises(ValueError, match=said):
        mobilenet.load(model(), tmp_path / "other.pt")
