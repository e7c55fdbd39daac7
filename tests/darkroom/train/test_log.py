"""TensorBoard's log: as TensorFlow's own writer leaves it, read by both."""

import keras
import numpy as np
import tensorflow as tf

from darkroom.train import log


def values(folder):
    """Each summary of a folder's only file, by its tag, read by TensorFlow."""
    [file] = folder.iterdir()
    found = {}
    for record in tf.data.TFRecordDataset(str(file)):  # which checks the sums
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            found[value.tag] = event.step, value
    return found


def test_all_is_logged_as_tensorflow_does(tmp_path):
    """The same tags, steps, kinds, types, shapes and numbers."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (4, 6, 3), np.uint8)
    variable = keras.Variable(rng.normal(size=(5, 7)), name="kernel")
    own = log.Log(str(tmp_path / "own"))
    own.scalars(3, loss=0.1, psnr=20.0)
    own.picture(3, "strip", picture)
    own.text("flags", "--level=7\n")
    own.histograms(3, [variable])
    writer = tf.summary.create_file_writer(str(tmp_path / "theirs"))
    with writer.as_default(step=3):
        tf.summary.scalar("loss", 0.1)
        tf.summary.scalar("psnr", 20.0)
        tf.summary.image("strip", picture[None])
        tf.summary.text("flags", "```\n--level=7\n```", step=0)
        tf.summary.histogram("kernel", variable)
    writer.close()
    found, expected = values(tmp_path / "own"), values(tmp_path / "theirs")
    assert found.keys() == expected.keys()
    for tag, (step, value) in expected.items():
        mine = found[tag][1]
        assert (found[tag][0], mine.metadata) == (step, value.metadata)
        one, other = (tf.make_ndarray(v.tensor) for v in (mine, value))
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        if tag == "strip":  # another encoder, the same pixels
            assert (one[:2] == other[:2]).all()
            one, other = (tf.io.decode_png(array[2]) for array in (one, other))
        if one.dtype == object:
            assert one == other
        else:
            np.testing.assert_allclose(one, other, rtol=1e-6)


def test_a_log_of_nothing_is_no_file(tmp_path, monkeypatch):
    """As of a machine that does not write."""
    monkeypatch.chdir(tmp_path)
    log.Log(None).scalars(1, loss=1.0)
    assert not [*tmp_path.iterdir()]
