"""The authors' checkpoints into Keras weights; test_golden has their numbers."""

import json

import numpy as np
import pytest
import tensorflow as tf

import monodepth.weights
from darkroom.train import weights_card
from monodepth import convert, network

SMALL = 1 / 16


def save(prefix, arrays):
    """Writes a checkpoint in TensorFlow's format."""
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=list(arrays),
        shape_and_slices=[""] * len(arrays),
        tensors=[tf.constant(array) for array in arrays.values()],
    )
    return str(prefix)


def arrays_of(encoder="vgg", **options):
    """A small network's variables by the original's names, all different."""
    model = network.monodepth(encoder, width=SMALL, **options)
    names, variables = convert.original_names(model), convert.in_order(model)
    chance = np.random.default_rng(5)
    return {
        name: chance.random(variable.shape, np.float32)
        for name, variable in zip(names, variables, strict=True)
    }


def run(prefix, output, **flags):
    convert.main(convert.Config(tf1_checkpoint=prefix, output=str(output), **flags))
    return str(output)


@pytest.fixture(scope="module")
def small():
    return arrays_of()


@pytest.fixture(scope="module")
def prefix(small, tmp_path_factory):
    return save(tmp_path_factory.mktemp("tf1") / "small", small)


def test_names_are_the_originals(recipe, golden):
    """Catches numbering that runs on from encoder to decoder, or over both kinds."""
    for variant, table in golden.tables.items():
        options = {"stereo": "stereo" in variant, "deconv": "deconv" in variant}
        model = network.monodepth(recipe.encoder, width=SMALL, **options)
        rows = table["variables"]
        assert list(convert.original_names(model)) == [row["name"] for row in rows]
        shapes = {row["name"]: tuple(row["shape"]) for row in rows}
        expected = {"encoder": recipe.encoder, **options, "width": 1.0}
        assert convert.recognise(shapes, "model_kitti") == expected


def test_names_of_both_kinds_of_convolutions():
    """The same by hand, of the decoder's first and last variables."""
    names = list(arrays_of(deconv=True))
    assert names[26:32] == [
        "model/encoder/Conv_13/weights",
        "model/encoder/Conv_13/biases",
        "model/decoder/Conv2d_transpose/weights",
        "model/decoder/Conv2d_transpose/biases",
        "model/decoder/Conv/weights",
        "model/decoder/Conv/biases",
    ]
    assert names[-1] == "model/decoder/Conv_10/biases"
    assert [*arrays_of()][-1] == "model/decoder/Conv_17/biases"


def test_the_authors_checkpoint_has_every_variable(shared):
    """Catches slots and counters taken for variables."""
    table = json.loads((shared / "golden" / "monodepth_ckpt_keys.json").read_text())
    shapes = {name: tuple(shape) for name, (shape, _) in table.items()}
    found = convert.recognise(shapes, "model_kitti")
    assert found == {"encoder": "vgg", "stereo": False, "deconv": False, "width": 1}
    names = list(convert.original_names(network.monodepth(width=SMALL)))
    convert.check_complete(names, shapes, "model_kitti")


@pytest.mark.parametrize(
    "options",
    [{"encoder": "vgg", "stereo": True}, {"encoder": "resnet50", "deconv": True}],
)
def test_the_checkpoint_says_what_it_is_of(options, tmp_path):
    arrays = arrays_of(**options)
    file = run(save(tmp_path / "model", arrays), tmp_path / "out.weights.h5")
    found = monodepth.weights.load(file)
    assert found.size == (256, 512)
    card = weights_card.read(tmp_path / "out.weights.h5")
    defaults = {"stereo": False, "deconv": False, "width": SMALL}
    expected = {"network": "monodepth", **defaults, **options}
    assert expected.items() <= card.items()
    variables = convert.in_order(found.model)
    assert all(map(np.array_equal, variables, arrays.values()))


def test_what_a_tensorflow_1_training_saves(small, tmp_path):
    """As TensorFlow 1 writes it: Adam's slots and a counter are passed over."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [
            v1.Variable(array, name=name, use_resource=False)
            for name, array in small.items()
        ]
        counter = v1.Variable(0, trainable=False, use_resource=False)
        loss = tf.add_n([tf.reduce_sum(variable) for variable in variables[::9]])
        v1.train.AdamOptimizer().minimize(loss, global_step=counter)
        session.run(v1.global_variables_initializer())
        prefix = v1.train.Saver().save(session, str(tmp_path / "model.ckpt"), 181250)
    names = {name for name, _ in tf.train.list_variables(prefix)}
    assert {"model/encoder/Conv/weights/Adam_1", "Variable", "beta1_power"} <= names
    model = monodepth.weights.load(run(prefix, tmp_path / "out.weights.h5")).model
    assert all(map(np.array_equal, convert.in_order(model), small.values()))


@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001", ".meta"])
def test_a_path_may_be_any_of_its_files(prefix, tmp_path, ending):
    run(prefix + ending, tmp_path / "out.weights.h5")


def test_a_checkpoint_of_the_other_encoder(prefix, tmp_path):
    output = tmp_path / "out.weights.h5"
    said = "holds the encoder vgg, and --encoder is resnet50; leave --encoder out"
    with pytest.raises(ValueError, match=said):
        run(prefix, output, encoder="resnet50")
    assert not output.exists()
    run(prefix, output, encoder="vgg")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: [a.pop(f"model/decoder/Conv_{n}/biases") for n in (3, 17)],
         r"holds 62 of the network's 64 variables; missing are model/decoder/Conv_3/"
         r"biases, model/decoder/Conv_17/biases: it is not complete"),
        (lambda a: [a.pop(name) for name in [*a][28:]],
         r"decoder/Conv/biases, model/decoder/Conv_1/weights, \.\.\.: it is not"),
        (lambda a: a.update({"model/decoder/Conv_18/weights": np.zeros(3)}),
         "holds model/decoder/Conv_18/weights, which the network does not have"),
        (lambda a: a.update({"model/decoder/Conv_5/biases": np.zeros(7, np.float32)}),
         r"\(iconv_5/bias\) has shape \(16,\), the checkpoint's \(7,\)"),
        (lambda a: a.pop("model/encoder/Conv/weights"), "it does not hold it"),
        (lambda a: a.update({"model/encoder/Conv/weights": np.float32(1)}),
         r"is not of monodepth: expected .*, and it holds it as \(\)"),
        (lambda a: [a.clear(), a.update({"generator/Variable": np.zeros(3)})],
         "is not of monodepth"),
    ],
)  # fmt: skip
def test_what_is_not_complete_is_refused(small, tmp_path, change, said):
    arrays = dict(small)
    change(arrays)
    with pytest.raises(ValueError, match=said):
        run(save(tmp_path / "other", arrays), tmp_path / "out.weights.h5")
    assert not (tmp_path / "out.weights.h5").exists()


def test_flags_that_say_too_little():
    with pytest.raises(ValueError, match="pass --tf1_checkpoint PREFIX"):
        convert.main(convert.Config())
    with pytest.raises(ValueError, match=r"--output x\.h5 must end in \.weights\.h5"):
        convert.main(convert.Config(tf1_checkpoint="y", output="x.h5"))
