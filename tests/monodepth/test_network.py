"""The network against the original's tables and numbers; test_golden has the rest."""

import collections

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from darkroom.litert import convert as litert_convert
from monodepth import convert, network

VARIANTS = {"mono": {}, "stereo": {"stereo": True}, "deconv": {"deconv": True}}
SMALL = 1 / 16


@pytest.mark.parametrize("variant", ["stereo", "deconv"])
def test_variants_equal_the_original(recipe, variant):
    """Catches pictures in the wrong order, and a shifted or cropped enlargement."""
    model = recipe.set(network.monodepth(recipe.encoder, **VARIANTS[variant]))
    found = model(recipe.noise_pair()[..., : model.input.shape[-1]])
    for scale in network.SCALES:
        name = f"disparity_{scale}"
        expected = recipe.small[f"{variant}_{name}"]
        sparse = recipe.sparse(found[name], scale)
        np.testing.assert_allclose(sparse, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_outputs_equal_the_original_everywhere(recipe, golden, variant):
    """The same in whole pictures, and for a batch of a photo and its mirror image."""
    model = recipe.set(network.monodepth(recipe.encoder, **VARIANTS[variant]))
    pair, numbers = recipe.noise_pair(), golden.numbers
    np.testing.assert_array_equal(pair[..., 3:], numbers["input_right"])
    found = model(pair[..., : model.input.shape[-1]])
    for k, scale in enumerate(network.SCALES):
        if variant == "mono":
            sides = [numbers[f"disp_{side}_{k}"] for side in ("left", "right")]
            expected = np.concatenate(sides, axis=-1)
        else:
            expected = numbers[f"{variant}_disp_{k}"]
        output = found[f"disparity_{scale}"]
        np.testing.assert_allclose(output, expected, rtol=0, atol=1e-5)
    if variant == "mono":
        left = pair[..., :3]
        both = model(np.concatenate([left, left[:, :, ::-1]]))["disparity_1"]
        expected = numbers["test_disp_left_0"]
        np.testing.assert_allclose(both[..., :1], expected, rtol=0, atol=1e-5)


def test_other_paddings_would_be_seen(recipe, monkeypatch):
    """The broken twins: Keras' `same` at stride 2, and a pool that pads with less."""
    pool, conv = keras.layers.MaxPooling2D, keras.layers.Conv2D

    class LowPool(pool):
        def call(self, x):
            border = ((0, 0), (1, 1), (1, 1), (0, 0))
            return super().call(ops.pad(x[:, 1:-1, 1:-1], border, constant_values=-1))

    def same_conv(filters, kernel, **options):
        return conv(filters, kernel, **{**options, "padding": "same"})

    if recipe.encoder == "vgg":
        no_padding = keras.layers.Identity
        monkeypatch.setattr(
            network.layers, "ZeroPadding2D", lambda n, **_: no_padding()
        )
        monkeypatch.setattr(network.layers, "Conv2D", same_conv)
    else:
        monkeypatch.setattr(network.layers, "MaxPooling2D", LowPool)
    model = recipe.set(network.monodepth(recipe.encoder))
    found = np.asarray(model(recipe.noise_pair()[..., :3])["disparity_4"])
    assert np.abs(found - recipe.small["disparity_4"]).max() > 1e-3


def test_the_variables_of_the_table(recipe, golden, monkeypatch):
    """Catches a layer too many, and an order of creation other than the original's."""
    monkeypatch.setattr(keras.initializers, "GlorotUniform", lambda **_: "zeros")
    for name, table in golden.tables.items():
        options = {"stereo": "stereo" in name, "deconv": "deconv" in name}
        model = network.monodepth(recipe.encoder, **options)
        found = [tuple(variable.shape) for variable in convert.in_order(model)]
        assert found == [tuple(row["shape"]) for row in table["variables"]]
        assert model.count_params() == table["params"]
        assert len(model.weights) == table["num_variables"]


@pytest.mark.parametrize("encoder", network.ENCODERS)
def test_any_size_and_width(encoder):
    """Catches a fixed size, a width that touches the heads, and scales turned round."""
    model = network.monodepth(encoder, width=SMALL)
    multiple = network.MULTIPLE[encoder]
    assert model.input.shape == (None, None, None, 3)
    for height, width in ((multiple, 2 * multiple), (3 * multiple, multiple)):
        outputs = model.predict(np.zeros((1, height, width, 3), "float32"), verbose=0)
        assert list(outputs) == [f"disparity_{scale}" for scale in (1, 2, 3, 4)]
        for number, disparity in enumerate(outputs.values()):
            assert disparity.shape == (1, height >> number, width >> number, 2)
            assert disparity.min() > 0 and disparity.max() < 0.3


@pytest.mark.parametrize("encoder", network.ENCODERS)
def test_every_variable_moves_the_finest_disparity(encoder):
    """Catches a layer that was made and left out: it would have no gradient."""
    model = network.monodepth(encoder, width=SMALL)
    picture = np.random.default_rng(0).random((1, 128, 128, 3), np.float32)
    with tf.GradientTape() as tape:
        finest = model(picture)["disparity_1"]
    gradients = tape.gradient(finest, [v.value for v in model.trainable_variables])
    # All heads but the first reach the finest scale through the next one.
    assert all(g is not None and np.abs(g).max() > 0 for g in gradients)


def test_first_weights():
    """Catches one seed for all kernels, and a start other than the original's."""
    model = network.monodepth(width=SMALL)
    kernels = [v for v in model.weights if v.path.endswith("kernel")]
    firsts = {float(ops.convert_to_numpy(v).ravel()[0]) for v in kernels}
    assert len(firsts) == len(kernels)
    rows, columns, inputs, outputs = kernels[1].shape
    limit = np.sqrt(6 / (rows * columns * (inputs + outputs)))  # Glorot 2010, eq. 16
    largest = np.abs(kernels[1]).max()
    assert 0.9 * limit < largest <= limit
    biases = [v for v in model.weights if v.path.endswith("bias")]
    assert not any(np.any(v) for v in biases)
    assert np.array_equal(kernels[0], network.monodepth(width=SMALL).weights[0])
    other = network.monodepth(width=SMALL, seed=1).weights[0]
    assert not np.array_equal(kernels[0], other)


def test_mixed_precision_gives_float32_disparities():
    model = network.monodepth("resnet50", width=SMALL, precision="mixed_bfloat16")
    assert model.get_layer("iconv_1").compute_dtype == "bfloat16"
    assert all(
        keras.backend.standardize_dtype(disparity.dtype) == "float32"
        for disparity in model.output.values()
    )


def test_what_cannot_be_built_is_refused():
    with pytest.raises(ValueError, match="encoder is vgg16; expected vgg or resnet50"):
        network.monodepth("vgg16")
    with pytest.raises(ValueError, match=r"width is 0\.1; expected a multiple of 1/16"):
        network.monodepth(width=0.1)


def test_sizes_that_an_encoder_takes():
    network.check_size("vgg", 256, 512)
    network.check_size("resnet50", 64, 192)
    said = r"size is 250x64; expected multiples of 128, since vgg halves its input 7 "
    with pytest.raises(ValueError, match=said + "times: 256x128 would do"):
        network.check_size("vgg", 250, 64)
    with pytest.raises(ValueError, match="halves its input 6 times: 64x192 would do"):
        network.check_size("resnet50", 0, 160)


@pytest.mark.parametrize("compiled", [False, True])
def test_every_pixel_four_times(compiled):
    """An oracle; compiled, with a size that is not known beforehand."""
    picture = np.random.default_rng(0).random((2, 3, 5, 4), np.float32)
    double = network.Double()
    if compiled:
        unknown = tf.TensorSpec((None, None, None, 4))
        double = tf.function(double, input_signature=[unknown])
    expected = picture.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(double(tf.constant(picture)), expected)


def test_the_gradient_is_the_sum_of_the_four():
    picture = tf.random.uniform((1, 2, 3, 2))
    upstream = np.random.default_rng(0).random((1, 4, 6, 2), np.float32)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        doubled = network.Double()(picture)
    found = tape.gradient(doubled, picture, upstream)
    expected = upstream.reshape(1, 2, 2, 3, 2, 2).sum((2, 4))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_doubled_sizes_are_known_or_unknown():
    known, unknown = (keras.Input((*size, 3)) for size in ((4, 6), (None, 6)))
    assert network.Double()(known).shape == (None, 8, 12, 3)
    assert network.Double()(unknown).shape == (None, None, 12, 3)


def test_doubling_is_one_operation_in_a_litert_file():
    """Catches UpSampling2D, which becomes six."""
    from ai_edge_litert import interpreter

    picture = keras.Input((None, None, 3), name="picture")
    model = keras.Model(picture, network.Double()(picture))
    content = litert_convert.convert(model, (1, 4, 6, 3), "float32")
    kept = interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    file = interpreter.Interpreter(
        model_content=content, experimental_op_resolver_type=kept
    )
    found = collections.Counter(op["op_name"] for op in file._get_ops_details())
    assert found == {"RESIZE_NEAREST_NEIGHBOR": 1}
