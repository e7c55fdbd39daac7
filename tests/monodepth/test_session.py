"""A training as a whole: it survives being stopped, and starts where it is told to."""

import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing import event_accumulator

import monodepth.weights
from darkroom import cli
from darkroom.io import images
from darkroom.train import loop as training_loop
from darkroom.train import weights_card
from darkroom.train.session import Training
from monodepth import data, stereo_pairs, train

SHIFT = 5
# Functions run eagerly here; tf.data keeps to its graph, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Even though the")


@pytest.fixture(scope="module", autouse=True)
def eager():
    """Four steps are over before a graph of them is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def walls(tmp_path_factory) -> pathlib.Path:
    """Five textured walls, each SHIFT pixels nearer than infinity; one is held out."""
    folder = tmp_path_factory.mktemp("walls")
    chance = np.random.default_rng(0)
    for number in range(5):
        wide = chance.integers(0, 256, (128, 128 + SHIFT, 3)).astype(np.uint8)
        images.write(folder / "left" / f"{number}.png", wide[:, :-SHIFT])
        images.write(folder / "right" / f"{number}.png", wide[:, SHIFT:])
        shift = np.full((128, 128), 256 * SHIFT, np.uint16)
        images.write(folder / "disp_left" / f"{number}.png", shift)
    names = [f"left/{number}.png right/{number}.png\n" for number in range(5)]
    (folder / "train.txt").write_text("".join(names[:4]))
    (folder / "test.txt").write_text(names[4])
    return folder


def config(walls: pathlib.Path, folder: pathlib.Path, *more: str) -> train.Config:
    """A training of a very small network; later flags win."""
    return cli.parse(
        train.Config,
        f"--data_dir={walls}",
        f"--checkpoint_dir={folder}",
        "--preset=tiny",
        "--precision=float32",
        "--width=0.0625",
        "--size=128x128",
        "--batch_size=1",
        "--steps=4",
        *more,
    )


def state(folder: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(folder / "state.npz") as file:
        return {name: file[name] for name in file.files}


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    assert [n for n in one if not np.array_equal(one[n], other[n])] == []


@pytest.fixture(scope="module")
def straight(walls, tmp_path_factory):
    """Four steps in one go."""
    folder = tmp_path_factory.mktemp("straight")
    train.main(config(walls, folder, "--histograms"))
    return folder


def test_an_interrupted_run_equals_an_uninterrupted_one(
    walls, tmp_path, straight, monkeypatch
):
    """Bit for bit: weights, Adam's moments, the rate, the order of the pairs."""
    batches = Training._batches

    def until_a_power_cut(self):
        for number, batch in enumerate(batches(self), 1):
            if number == 3:
                raise SystemError("power cut")
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_batches", until_a_power_cut)
        with pytest.raises(SystemError):
            train.main(config(walls, tmp_path, "--save_minutes=0"))
    assert state(tmp_path)["__step__"] == 2
    train.main(config(walls, tmp_path))
    assert_same(state(tmp_path), state(straight))


def test_the_weights_say_what_they_are(straight):
    """And the network that they make is the one that was trained."""
    file = straight / "monodepth.weights.h5"
    card = weights_card.read(file)
    assert (card["step"], card["steps"], card["deconv"]) == (4, 4, False)
    found = monodepth.weights.load(str(file))
    assert (found.encoder, found.stereo, found.size) == ("vgg", False, (128, 128))
    last = state(straight)
    assert_same(
        {v.path: np.array(v) for v in found.model.weights},
        {v.path: last[v.path] for v in found.model.weights},
    )


def test_the_state_is_complete(straight):
    """Every variable of the network, two moments each, and Adam's own count."""
    model = monodepth.weights.load(str(straight / "monodepth.weights.h5")).model
    names = state(straight).keys() - {"__step__"}
    assert {variable.path for variable in model.weights} <= names
    assert len(names) == 3 * len(model.weights) + 1  # a schedule has no rate to keep


def test_the_log_holds_what_was_promised(straight):
    log = event_accumulator.EventAccumulator(
        str(straight / "log"), {event_accumulator.TENSORS: 0}
    )
    log.Reload()
    tags = set(log.Tags()["tensors"])
    parts = ("appearance", "smoothness", "consistency")
    scales = {f"validation/{part}_{scale}" for part in parts for scale in range(1, 5)}
    assert scales <= tags
    assert {"validation/loss", "validation/epe", "validation/d1", "flags"} <= tags
    assert "left | disparity | left rebuilt | error" in tags
    assert "conv_1_a/kernel" in tags
    scores = json.loads((straight / "scores.json").read_text())
    assert (scores["step"], scores["pairs"]) == (4, 1)
    assert scores["constant"] == {"epe": 0.0, "d1": 0.0}  # a wall is a constant
    assert scores["network"]["epe"] > 1


def begin(monkeypatch, *arguments) -> Training:
    """A training that is about to start; it takes no step."""
    trainings = []
    run = Training.run
    monkeypatch.setattr(training_loop.Loop, "run", lambda *_: None)
    monkeypatch.setattr(
        Training,
        "run",
        lambda self, name: (trainings.append(self), run(self, name))[-1],
    )
    train.main(config(*arguments))
    return trainings[-1]


def test_it_starts_from_named_weights(walls, tmp_path, straight, monkeypatch):
    """Their step does not count, and Adam is new."""
    file = straight / "monodepth.weights.h5"
    found = begin(monkeypatch, walls, tmp_path, f"--from_weights={file}")
    assert found.first == 0
    last = state(straight)
    now = {name: np.array(variable) for name, variable in found.state.items()}
    weights = {name for name in now if not name.startswith("adam/")}
    assert_same({n: now[n] for n in weights}, {n: last[n] for n in weights})
    assert all(not now[name].any() for name in now.keys() - weights)


def test_retraining_keeps_the_weights_and_nothing_else(
    walls, tmp_path, straight, monkeypatch
):
    """With other flags; stopped at once, it goes on as the new training."""
    for name in ("state.npz", "monodepth.weights.h5", "flags.txt"):
        (tmp_path / name).write_bytes((straight / name).read_bytes())
    now = ("--learning_rate=0.5", "--steps=9")
    with pytest.raises(ValueError, match="begun with --steps=4, now it is 9"):
        train.main(config(walls, tmp_path, *now))
    found = begin(monkeypatch, walls, tmp_path, *now, "--retrain")
    assert found.first == 0
    again = begin(monkeypatch, walls, tmp_path, *now)
    assert again.first == 0
    before = state(straight)
    for training in (found, again):
        for name, variable in training.state.items():
            if name.startswith("adam/"):
                assert not np.array(variable).any()
            else:
                np.testing.assert_array_equal(variable, before[name])


def test_there_must_be_something_to_retrain(walls, tmp_path):
    with pytest.raises(FileNotFoundError, match="no such weights file"):
        train.main(config(walls, tmp_path, "--retrain"))


def test_weights_of_another_encoder_are_refused(walls, tmp_path, straight):
    file = straight / "monodepth.weights.h5"
    flags = (f"--from_weights={file}", "--encoder=resnet50", "--size=64x64")
    with pytest.raises(ValueError, match="it comes from another network"):
        train.main(config(walls, tmp_path, *flags))


def test_a_size_that_is_no_multiple_is_refused(walls, tmp_path):
    with pytest.raises(ValueError, match="size is 100x128; expected multiples of 128"):
        train.main(config(walls, tmp_path, "--size=100x128"))


def test_the_files_of_a_step(walls, tmp_path, monkeypatch):
    """Of a NaN's report: the left pictures of the very samples."""
    found = begin(monkeypatch, walls, tmp_path, "--batch_size=2")
    samples = data.train_sample(stereo_pairs.find(walls), (128, 128))
    names = sorted(str(samples.pair(number).left) for number in (2, 3))
    assert found._files(2) == ", ".join(names)
