"""The original's disparities, losses and gradients, with weights that came from TF 1.

The networks here have gone through a checkpoint as TensorFlow 1 names and writes it,
monodepth.convert, and a weights file of ours.
"""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

import monodepth.weights
from darkroom.train import optimizers
from monodepth import convert, losses, network, presets, warp

SCALES = (1, 2, 3, 4)
CONVOLUTIONS = {"vgg": (14, 18), "resnet50": (65, 16)}  # of encoder and decoder


@pytest.fixture(scope="module")
def model(recipe, tmp_path_factory):
    """The recipe's network out of a checkpoint with dots in its path."""
    folder = tmp_path_factory.mktemp(f"{recipe.encoder}.tf1")
    prefix, output = str(folder / "model_kitti.v2"), str(folder / "model.weights.h5")
    names = [
        f"model/{part}/Conv{f'_{number}' if number else ''}/{kind}"
        for part, count in zip(
            ("encoder", "decoder"), CONVOLUTIONS[recipe.encoder], strict=True
        )
        for number in range(count)
        for kind in ("weights", "biases")
    ]
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=recipe.variables(network.monodepth(recipe.encoder)),
    )
    convert.main(convert.Config(tf1_checkpoint=prefix, output=output))
    return monodepth.weights.load(output).model


@pytest.fixture(scope="module")
def outputs(recipe, model):
    """The network's disparities of the noise, with the two pictures' pyramids."""
    pair = recipe.noise_pair()
    return pair, model(pair[..., :3])


@pytest.fixture(scope="module")
def smooth(recipe, model):
    """Loss and gradients on smooth pictures."""
    pair = recipe.smooth_pair()
    with tf.GradientTape() as tape:
        terms = losses.terms(pair, model(pair[..., :3], training=True))
    variables = [variable.value for variable in convert.in_order(model)]
    return terms, [g.numpy() for g in tape.gradient(terms["loss"], variables)]


def test_disparities(recipe, outputs):
    """Catches any wrong kernel, padding, skip, order or scale, here and in convert."""
    for scale in SCALES:
        name = f"disparity_{scale}"
        found = recipe.sparse(outputs[1][name], scale)
        np.testing.assert_allclose(found, recipe.small[name], rtol=0, atol=1e-5)


def test_rebuilt_pictures(recipe, outputs):
    """Catches a warp to the wrong side, and edges that are not black."""
    pair, disparities = outputs
    lefts, rights = (losses.pyramid(side) for side in np.split(pair, 2, axis=-1))
    for scale in SCALES:
        left, right = tf.split(disparities[f"disparity_{scale}"], 2, axis=-1)
        views = [
            warp.resample(rights[scale - 1], -left),
            warp.resample(lefts[scale - 1], right),
        ]
        found = np.concatenate([recipe.sparse(view, scale) for view in views])
        expected = recipe.small[f"rebuilt_{scale}"]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)


def test_every_term_of_the_loss(recipe, outputs):
    """Catches a weight, a window, a mean, or a scale that counts too much."""
    pair, disparities = outputs
    terms = losses.terms(pair, disparities)
    for name in ("appearance", "smoothness", "consistency"):
        for scale in SCALES:
            expected = recipe.small[name][scale - 1].sum()
            assert float(terms[f"{name}_{scale}"]) == pytest.approx(expected, rel=2e-5)
    names = ("appearance", "smoothness", "consistency", "loss")
    found = [float(terms[name]) for name in names]
    assert found == pytest.approx(recipe.small["losses"], rel=1e-5)


def test_both_parts_of_the_appearance(recipe, outputs):
    pair, disparities = outputs
    lefts, rights = (losses.pyramid(side) for side in np.split(pair, 2, axis=-1))
    for scale in SCALES:
        disparity = disparities[f"disparity_{scale}"][..., :1]
        picture = lefts[scale - 1]
        rebuilt = warp.resample(rights[scale - 1], -disparity)
        for name, share in (("dissimilarity", 1.0), ("absolute", 0.0)):
            found = float(losses.appearance_loss(picture, rebuilt, share))
            expected = recipe.small[name][scale - 1, 0]
            assert found == pytest.approx(expected, rel=2e-5), name


def test_gradients(recipe, smooth):
    """Catches a gradient that is stopped, doubled, or taken of other edges."""
    terms, gradients = smooth
    small = recipe.small
    names = ("appearance", "smoothness", "consistency", "loss")
    found = [float(terms[name]) for name in names]
    assert found == pytest.approx(small["smooth_losses"], rel=1e-5)
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    np.testing.assert_allclose(norms, small["smooth_grad_norms"], rtol=1e-3)
    whole = small["smooth_grad_global_norm"]
    assert np.linalg.norm(norms) == pytest.approx(whole, rel=1e-3)
    last, expected = gradients[-2], small["smooth_grad_last_kernel"]
    np.testing.assert_allclose(last, expected, rtol=0, atol=1e-3 * abs(expected).max())


def test_gradient_of_the_first_kernel(recipe, golden, model):
    """The same at the far end of the network.

    Known for noise only, where every pixel is near a kink of the bilinear warp.
    """
    pair = recipe.noise_pair()
    with tf.GradientTape() as tape:
        loss = losses.terms(pair, model(pair[..., :3], training=True))["loss"]
    first = convert.in_order(model)[0].value
    found = tape.gradient(loss, first).numpy()
    expected = golden.numbers["grad_first_kernel"]
    off = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    assert off < 1e-2


def test_adam():
    """Catches Keras' default epsilon, and a rate that falls a step early or late."""
    file = np.load(pathlib.Path(__file__).parents[1] / "golden" / "monodepth.npz")
    variable = tf.Variable(file["adam_v0"])
    optimizer = optimizers.adam(presets.halved(1e-4, steps=10))
    for gradient, expected in zip(file["adam_grads"], file["adam_v"], strict=True):
        optimizer.apply([tf.constant(gradient)], [variable])
        np.testing.assert_allclose(variable, expected, rtol=0, atol=1e-7)
