"""The authors' checkpoint, as TensorFlow 1 writes one, into Keras weights."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

import pynet.weights
from darkroom.train import checkpoints
from pynet import convert, network


def save(prefix, arrays: dict[str, np.ndarray]) -> str:
    """Writes a checkpoint in TensorFlow's format."""
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=list(arrays),
        shape_and_slices=[""] * len(arrays),
        tensors=[tf.constant(array) for array in arrays.values()],
    )
    return str(prefix)


def named(arrays) -> dict[str, np.ndarray]:
    return {
        f"generator/Variable_{number}" if number else "generator/Variable": array
        for number, array in enumerate(arrays)
    }


def run(prefix: str, output) -> str:
    convert.main(convert.Config(tf1_checkpoint=prefix, output=str(output)))
    return str(output)


@pytest.fixture(scope="module")
def pyramid():
    return network.pynet(1 / 8)


@pytest.fixture(scope="module")
def small(pyramid):
    """Arrays of a network of width 1/8, in the original's order."""
    chance = np.random.default_rng(5)
    arrays = []
    for name in pyramid.creation_order:
        shapes = [w.shape for w in pyramid.get_layer(name).weights]
        arrays += [chance.random(shape, np.float32) for shape in shapes]
    return arrays


@pytest.fixture(scope="module")
def prefix(small, tmp_path_factory):
    return save(tmp_path_factory.mktemp("tf1") / "small", named(small))


def test_golden_outputs_through_a_checkpoint(golden, tmp_path):
    """Catches a wrong order, a transpose, and shift and scale exchanged."""
    arrays = named(golden.weights())
    slots = {f"{name}/Adam": np.zeros(1, np.float32) for name in [*arrays][:9]}
    step = {"beta1_power": np.float32(0.9), "Variable": np.int32(7)}
    prefix = save(tmp_path / "pynet_bokeh_level_0", step | slots | arrays)
    run(prefix, tmp_path / "pynet.weights.h5")
    pyramid = network.pynet()
    card = checkpoints.load_weights(pyramid, tmp_path / "pynet.weights.h5")
    assert (card["network"], card["width"], card["level"]) == ("pynet", 1.0, 1)
    outputs = pyramid(golden.inputs("rect"))
    for level in range(7, 0, -1):
        expected = golden.numbers[f"rect_out_l{level}"]
        np.testing.assert_allclose(
            outputs[f"level_{level}"], expected, rtol=0, atol=1e-4
        )


def test_what_a_tensorflow_1_training_saves(small, tmp_path):
    """Names as TensorFlow 1 makes them, beside Adam's slots and a counter."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("generator"):
            variables = [v1.Variable(array, use_resource=False) for array in small]
        v1.train.get_or_create_global_step()
        loss = tf.add_n([tf.reduce_sum(v) for v in variables[::40]])
        v1.train.AdamOptimizer().minimize(loss)
        session.run(v1.global_variables_initializer())
        prefix = v1.train.Saver().save(session, str(tmp_path / "iteration_5"))
    names = [name for name, _ in tf.train.list_variables(prefix)]
    assert "generator/Variable_40/Adam_1" in names and len(names) > 460
    found = convert.read(prefix)
    assert all(map(np.array_equal, found, small))


def test_the_width_comes_from_the_checkpoint(prefix, small, pyramid, tmp_path):
    file = run(prefix, tmp_path / "small.weights.h5")
    model = pynet.weights.load(file, 3)
    norm = model.get_layer("level_7_a_3x3_1_norm")
    order = list(pyramid.creation_order)
    place = 2 * order.index(norm.name)
    np.testing.assert_array_equal(norm.beta, small[place])
    np.testing.assert_array_equal(norm.gamma, small[place + 1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: [a.pop(f"generator/Variable_{n}") for n in (3, 17)],
         r"holds 438 of PyNET's 440 variables; missing are generator/Variable_3, "
         r"generator/Variable_17: it is not complete"),
        (lambda a: [a.pop(f"generator/Variable_{n}") for n in range(200, 440)],
         r"Variable_200, generator/Variable_201, generator/Variable_202, \.\.\.: it"),
        (lambda a: a.update({"generator/Variable_440": np.zeros(3)}),
         "holds generator/Variable_440, and PyNET has only 440 variables"),
        (lambda a: a.update({"generator/Variable_5": np.zeros((3, 2), np.float32)}),
         r"variable 5 \(.*\) has shape .*, the checkpoint's \(3, 2\)"),
        (lambda a: a.update({"generator/Variable": np.float32(1)}),
         r"generator/Variable is of shape \(\)"),
    ],
)  # fmt: skip
def test_what_is_not_pynet_is_refused(small, tmp_path, change, said):
    arrays = named(small)
    change(arrays)
    with pytest.raises(ValueError, match=said):
        run(save(tmp_path / "other", arrays), tmp_path / "out.weights.h5")
    assert not (tmp_path / "out.weights.h5").exists()


@pytest.mark.parametrize("broken", ["absent", "no checkpoint", "cut off", "index only"])
def test_what_cannot_be_read_is_refused(prefix, tmp_path, broken):
    index, values = ".index", ".data-00000-of-00001"
    content = {end: pathlib.Path(prefix + end).read_bytes() for end in (index, values)}
    copies = {
        "absent": {},
        "no checkpoint": {index: b"a text"},
        "cut off": {**content, values: content[values][:5000]},
        "index only": {index: content[index]},
    }
    for end, copy in copies[broken].items():
        (tmp_path / f"model{end}").write_bytes(copy)
    with pytest.raises(ValueError, match=r"no TensorFlow checkpoint at|is damaged:"):
        run(str(tmp_path / "model"), tmp_path / "out.weights.h5")
    assert not (tmp_path / "out.weights.h5").exists()


def test_flags_that_say_too_little():
    with pytest.raises(ValueError, match="pass --tf1_checkpoint PREFIX"):
        convert.main(convert.Config())
    with pytest.raises(ValueError, match=r"--output x\.h5 must end in \.weights\.h5"):
        convert.main(convert.Config(tf1_checkpoint="y", output="x.h5"))


def test_arrays_of_another_number_set_nothing(small, pyramid):
    before = pyramid.get_weights()
    with pytest.raises(ValueError, match="439 arrays came for 440 variables"):
        convert.assign(pyramid, small[:-1])
    wrong = [*small[:-1], np.zeros(7)]
    with pytest.raises(ValueError, match="variable 439"):
        convert.assign(pyramid, wrong)
    assert all(map(np.array_equal, pyramid.get_weights(), before))
