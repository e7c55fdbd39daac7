"""What TensorBoard can read of what a training wrote."""

import keras
import numpy as np
from tensorboard.backend.event_processing import event_accumulator

from darkroom.train import tensorboard


def test_pictures_texts_and_histograms_are_logged(tmp_path):
    written = tensorboard.Log(str(tmp_path))
    weight = keras.Variable([1.0, 2.0], name="kernel")
    written.picture(3, "strip", np.zeros((4, 6, 3), np.uint8))
    written.text("flags", "--level=7\n")
    written.histograms(3, [weight])
    written.flush()
    read = event_accumulator.EventAccumulator(str(tmp_path))
    read.Reload()
    assert {"strip", "flags", "kernel"} <= {
        tag.rsplit("/")[-1] for tag in read.Tags()["tensors"]
    }
