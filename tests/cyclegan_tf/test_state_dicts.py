"""PyTorch's names and layouts of the networks' weights."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cyclegan_tf import networks, state_dicts

WIDTH = 1 / 32
CARDS = [
    {"kind": "resnet_generator", "blocks": 9, "norm": "instance", "outputs": 1},
    {"kind": "resnet_generator", "blocks": 6, "norm": "batch", "dropout": True},
    {"kind": "unet_generator", "downsamplings": 7, "norm": "instance", "inputs": 1},
    {"kind": "unet_generator", "downsamplings": 8, "norm": "batch", "outputs": 2},
    {"kind": "patch_discriminator", "layers": 3, "norm": "instance", "inputs": 6},
    {"kind": "patch_discriminator", "layers": 2, "norm": "batch"},
    {"kind": "pixel_discriminator", "norm": "instance", "inputs": 4},
    {"kind": "pixel_discriminator", "norm": "batch"},
]


def build(card, **options):
    return networks.build(card, width=WIDTH, **options)


def weights(model) -> list[np.ndarray]:
    return [np.asarray(array) for array in model.get_weights()]


@pytest.fixture(scope="module")
def resnet():
    return build({"kind": "resnet_generator", "blocks": 1})


def test_names_order_and_shapes_are_the_originals(shared):
    """Catches a wrong place in the nested modules, for every network of the table."""
    table = json.loads((shared / "golden" / "gan_state_dicts.json").read_text())
    for net, rows in table["networks"].items():
        arrays = {name: np.zeros(shape, np.float32) for name, shape, _ in rows}
        card = state_dicts.recognise(arrays)
        assert (card["norm"], card["width"]) == (net.split("__")[1], 1)
        card["width"] = WIDTH  # names do not depend on it
        found = state_dicts.variables(networks.build(card))
        assert list(found) == [name for name, _, kind in rows if kind != "counter"]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card["kind"])
def test_networks_are_recognised(recipe, card):
    """Catches a state dict that is taken for another network, width or norm."""
    model = build(card)
    found = state_dicts.recognise(recipe.state_dict(model))
    assert networks.build(found).card == model.card


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card["kind"])
def test_every_weight_is_set(recipe, card):
    """Catches weights that stay as they started, and statistics left out."""
    model = build(card)
    before = weights(model)
    state_dicts.assign(model, recipe.state_dict(model))
    same = [np.array_equal(a, b) for a, b in zip(before, weights(model), strict=True)]
    assert not any(same)


def test_kernels_turn_as_pytorch_has_them(resnet, recipe):
    """Catches a transposition that mixes rows with columns, or ends with inputs."""
    arrays = recipe.state_dict(resnet)
    state_dicts.assign(resnet, arrays)
    conv, up = arrays["model.1.weight"], arrays["model.11.weight"]
    assert (conv.shape, up.shape) == ((2, 3, 7, 7), (8, 4, 3, 3))
    kernels = [resnet.get_layer(name).kernel.numpy() for name in ("first", "up_1")]
    assert kernels[0][5, 2, 1, 0] == conv[0, 1, 5, 2]  # [rows, columns, in, out]
    assert kernels[1][2, 0, 3, 6] == up[6, 3, 2, 0]  # [rows, columns, out, in]


def test_leftovers_of_old_pytorch_are_dropped(resnet, recipe):
    """Catches DataParallel's prefix, counters, and statistics of instance norms."""
    arrays = recipe.state_dict(resnet)
    state_dicts.assign(resnet, arrays)
    expected = weights(resnet)
    old = {f"module.{name}": array for name, array in arrays.items()}
    old["module.model.2.running_mean"] = np.ones(2, np.float32)
    old["module.model.2.running_var"] = np.ones(2, np.float32)
    old["module.model.2.num_batches_tracked"] = np.int64(3)
    assert state_dicts.recognise(old)["norm"] == "instance"
    state_dicts.assign(resnet, {name: array * 0 for name, array in arrays.items()})
    state_dicts.assign(resnet, old)
    assert all(map(np.array_equal, weights(resnet), expected))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model.4.bias": None}, r"lacks model\.4\.bias \(1 of 16 arrays of a resnet_"),
        ({"model.5.weight": np.ones(4)}, r"holds model\.5\.weight, which a resnet_gen"),
        (
            {"model.4.bias": np.ones(3)},
            r"holds model\.4\.bias as \(3,\); expected \(4,",
        ),
    ],
)
def test_other_arrays_set_nothing(resnet, recipe, change, said):
    arrays = {
        name: array
        for name, array in (recipe.state_dict(resnet) | change).items()
        if array is not None
    }
    before = weights(resnet)
    arrays["model.1.weight"] = arrays["model.1.weight"] + 1
    with pytest.raises(ValueError, match=said):
        state_dicts.assign(resnet, arrays)
    assert all(map(np.array_equal, weights(resnet), before))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"conv1.weight": np.ones((64, 3, 7, 7)), "bn1.weight": np.ones(64)},
         r"begins with conv1\.weight, bn1\.weight is of an unknown network; expected"),
        ({}, "begins with nothing is of an unknown network"),
        ({"model.0.weight": np.ones((64, 3)), "model.1.weight": np.ones((9, 9))},
         "is of an unknown network"),
    ],
)  # fmt: skip
def test_unknown_networks_are_refused(arrays, said):
    with pytest.raises(ValueError, match=said):
        state_dicts.recognise(arrays)
