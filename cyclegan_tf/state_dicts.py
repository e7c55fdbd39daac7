"""PyTorch's state dicts of the four networks, and ours: which array goes where.

The original names a layer by its place in nested lists of modules, such as
`model.10.conv_block.1`; a norm comes one place after its convolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from darkroom.pixels import Array

if TYPE_CHECKING:
    import keras

    from cyclegan_tf.weights import Card

Arrays = Mapping[str, Array]

# Keras' names of a layer's variables, and PyTorch's
_PARTS = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def recognise(arrays: Arrays) -> dict[str, Any]:
    """Returns the network that a state dict is of, as `networks.build(card)` takes it.

    Raises:
      ValueError: it is of none of the four.
    """
    arrays = _named(arrays)
    kernels = {name: a.shape for name, a in arrays.items() if a.ndim == 4}
    gains = [n for n, a in arrays.items() if a.ndim == 1 and n.endswith(".weight")]
    card: dict[str, Any] = {"norm": "batch" if gains else "instance"}
    firsts = {
        "model.1.weight": "resnet_generator",
        "model.model.0.weight": "unet_generator",
        "model.0.weight": "patch_discriminator",
        "net.0.weight": "pixel_discriminator",
    }
    first = next((name for name in firsts if name in kernels), None)
    if first is None:
        some = ", ".join(list(arrays)[:3]) or "nothing"
        raise ValueError(
            f"a state dict that begins with {some} is of an unknown network; expected "
            "a ResNet or U-Net generator, or a patch or pixel discriminator"
        )
    kind = firsts[first]
    last = list(kernels.values())[-1]
    if kind == "resnet_generator":
        ends = [name.split(".conv_block.")[-1] for name in kernels]
        card["blocks"] = ends.count("1.weight")
        card["dropout"] = "6.weight" in ends  # it takes a place between the two
        card["outputs"] = last[0]
    elif kind == "unet_generator":
        card["downsamplings"] = len(kernels) // 2
        card["outputs"] = last[1]
    elif kind == "patch_discriminator":
        card["layers"] = len(kernels) - 2
    maps, inputs, *_ = kernels[first]
    return {"kind": kind, **card, "width": maps / 64, "inputs": inputs}


def modules_of(card: Card) -> dict[str, str]:
    """Returns the original's module of each convolution of ours."""
    if card["kind"] == "resnet_generator":
        blocks = card["blocks"]
        modules = {"first": "model.1", "down_1": "model.4", "down_2": "model.7"}
        for k in range(1, blocks + 1):
            modules[f"block_{k}_a"] = f"model.{9 + k}.conv_block.1"
            second = 6 if card["dropout"] else 5
            modules[f"block_{k}_b"] = f"model.{9 + k}.conv_block.{second}"
        after = 10 + blocks
        ends = {"up_1": after, "up_2": after + 3, "last": after + 7}
        return modules | {name: f"model.{place}" for name, place in ends.items()}
    if card["kind"] == "unet_generator":
        deepest = card["downsamplings"]
        modules = {}
        for k in range(1, deepest + 1):  # each level is a module of the one above
            level = "model" + ".model.1" * (k > 1) + ".model.3" * (k - 2)
            modules[f"down_{k}"] = f"{level}.model.{0 if k == 1 else 1}"
            modules[f"up_{k}"] = f"{level}.model.{3 if k in (1, deepest) else 5}"
        return modules
    if card["kind"] == "patch_discriminator":
        count = card["layers"]
        names = [*(f"down_{k}" for k in range(2, count + 1)), "wide", "last"]
        places = {name: 2 + 3 * k for k, name in enumerate(names)}
        return {name: f"model.{k}" for name, k in ({"down_1": 0} | places).items()}
    return {"first": "net.0", "second": "net.2", "last": "net.5"}


def variables(model: keras.Model) -> dict[str, keras.Variable]:
    """Returns a network's variables by the names that a state dict has for them."""
    places = modules_of(model.card)
    names = {}
    for layer in map(model.get_layer, model.creation_order):
        module = places[layer.name.removesuffix("_norm")]
        if layer.name.endswith("_norm"):
            stem, _, place = module.rpartition(".")
            module = f"{stem}.{int(place) + 1}"
        for variable in layer.weights:
            names[f"{module}.{_PARTS[variable.name]}"] = variable
    return names


def assign(model: keras.Model, arrays: Arrays) -> None:
    """Sets a network's variables from a state dict, completely and strictly.

    Kernels of PyTorch are (out, in, rows, columns), (in, out, ...) where transposed:
    both turn into Keras' by the same transposition.

    Raises:
      ValueError: an array is missing, of another shape or left over; nothing has been
        set then.
    """
    wanted = variables(model)
    given = {
        name: array.transpose(2, 3, 1, 0) if array.ndim == 4 else array
        for name, array in _named(arrays).items()
        # Old versions of PyTorch saved statistics that instance norms never used.
        if name in wanted or not name.endswith((".running_mean", ".running_var"))
    }
    kind = model.card["kind"]
    if missing := [name for name in wanted if name not in given]:
        raise ValueError(
            f"the state dict lacks {missing[0]} ({len(missing)} of {len(wanted)} "
            f"arrays of a {kind}): it is not complete, or of another network"
        )
    if surplus := [name for name in given if name not in wanted]:
        raise ValueError(
            f"the state dict holds {surplus[0]}, which a {kind} does not have: it is "
            "of another network"
        )
    for name, variable in wanted.items():
        if tuple(variable.shape) != given[name].shape:
            raise ValueError(
                f"the state dict holds {name} as {given[name].shape}; expected "
                f"{tuple(variable.shape)} (rows, columns, channels)"
            )
    for name, variable in wanted.items():
        variable.assign(given[name])


def _named(arrays: Arrays) -> dict[str, Array]:
    """Without the prefix of DataParallel, and without counters of steps."""
    return {
        name.removeprefix("module."): array
        for name, array in arrays.items()
        if not name.endswith("num_batches_tracked")
    }
