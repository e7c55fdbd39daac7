"""One level's training as a whole: it survives being stopped, and says what it did."""

import os
import pathlib
import signal

import h5py
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing import event_accumulator

from darkroom import cli
from darkroom.train import distribution, weights_card
from darkroom.train.session import Training
from pynet import data, losses, monitor, network, session, train


@pytest.fixture(scope="module", autouse=True)
def eager():
    """Six steps are over before a graph of them is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def config(scenes: pathlib.Path, folder: pathlib.Path, *more: str) -> train.Config:
    """Level 7 of a small network; later flags win."""
    return cli.parse(
        train.Config,
        f"--data_dir={scenes}",
        f"--checkpoint_dir={folder}",
        "--preset=tiny",
        "--start=paper",
        "--precision=float32",
        "--width=0.125",
        "--patch_size=64",
        "--batch_size=2",
        "--steps=6",
        *more,
    )


def state(folder: pathlib.Path, level: int = 7) -> dict[str, np.ndarray]:
    with np.load(folder / f"level_{level}" / "state.npz") as file:
        return {name: file[name] for name in file.files}


def saved_weights(folder: pathlib.Path, level: int = 7) -> dict[str, np.ndarray]:
    found = {}

    def visit(name: str, item) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(folder / f"level_{level}" / "pynet.weights.h5") as file:
        file.visititems(visit)
    return found


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    assert [n for n in one if not np.array_equal(one[n], other[n])] == []


def at_batch(monkeypatch, number: int, happens) -> None:
    """Lets something happen while step `number` is made."""
    batches = Training._batches

    def interrupted(self):
        for step, batch in enumerate(batches(self), self.first + 1):
            if step == number:
                happens()
            yield batch

    monkeypatch.setattr(Training, "_batches", interrupted)


def power_cut() -> None:
    raise SystemError("power cut")


@pytest.fixture(scope="module")
def straight(scenes, tmp_path_factory):
    """Six steps of level 7 in one go."""
    folder = tmp_path_factory.mktemp("straight")
    train.main(config(scenes, folder, "--histograms"))
    return folder


def test_an_interrupted_run_equals_an_uninterrupted_one(
    scenes, tmp_path, straight, monkeypatch
):
    """Bit for bit: weights, Adam's moments, the step, the order of the data."""
    every_step = config(scenes, tmp_path, "--save_minutes=0")
    with monkeypatch.context() as patch:
        at_batch(patch, 3, power_cut)
        with pytest.raises(SystemError):
            train.main(every_step)
    assert state(tmp_path)["__step__"] == 2
    with monkeypatch.context() as patch:
        at_batch(patch, 4, lambda: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(KeyboardInterrupt):
            train.main(config(scenes, tmp_path))
    assert state(tmp_path)["__step__"] == 4
    train.main(config(scenes, tmp_path))
    assert_same(state(tmp_path), state(straight))
    assert_same(saved_weights(tmp_path), saved_weights(straight))


def test_averaged_weights_are_saved_and_resumed_exactly(scenes, tmp_path):
    """The state keeps what is trained, the weights file its average."""
    flags = ["--ema=0.5", "--augment", "--schedule=warmup"]
    straight, stopped = tmp_path / "straight", tmp_path / "stopped"
    train.main(config(scenes, straight, *flags, "--steps=4"))
    train.main(config(scenes, stopped, *flags, "--steps=2"))
    train.main(config(scenes, stopped, *flags, "--steps=4"))
    assert_same(state(stopped), state(straight))
    assert_same(saved_weights(stopped), saved_weights(straight))
    averages = {
        name.removeprefix("adam/").removesuffix("_average"): array
        for name, array in state(straight).items()
        if name.endswith("_average")
    }
    trained = {name.replace("/", "_"): a for name, a in state(straight).items()}
    assert len(averages) == len(
        network.one_level(network.pynet(1 / 8), 7).trainable_variables
    )
    assert any(not np.array_equal(a, trained[name]) for name, a in averages.items())
    saved = sorted(float(a.sum()) for a in saved_weights(straight).values())
    for average in averages.values():
        assert np.isclose(saved, float(average.sum()), rtol=1e-6).any()


def test_the_state_is_complete(straight):
    """Every variable of the whole pyramid, and two moments for each trained one."""
    names = state(straight).keys() - {"__step__"}
    pyramid = network.pynet(1 / 8)
    trained = len(network.one_level(pyramid, 7).trainable_variables)
    assert {v.path for v in pyramid.weights} <= names
    assert len(names) == len(pyramid.weights) + 2 * trained + 1  # its step


def test_a_finished_run_says_so(scenes, straight, capsys):
    files = [straight / "level_7" / n for n in ("state.npz", "pynet.weights.h5")]
    before = [file.stat().st_mtime_ns for file in files]
    train.main(config(scenes, straight))
    said = capsys.readouterr().out
    assert "level 7, 6 steps (trained before); next: python -m pynet.train" in said
    assert before == [file.stat().st_mtime_ns for file in files]


def test_weights_that_were_not_saved_with_the_state_are_made_up_for(
    scenes, tmp_path, straight
):
    """Catches a finished run that the next level does not believe in."""
    (tmp_path / "level_7").mkdir()
    old = straight / "level_7" / "state.npz"
    (tmp_path / "level_7" / "state.npz").write_bytes(old.read_bytes())
    train.main(config(scenes, tmp_path))
    assert_same(saved_weights(tmp_path), saved_weights(straight))


def test_other_flags_are_refused(scenes, straight):
    with pytest.raises(ValueError, match=r"begun with --seed=0, now it is 1"):
        train.main(config(scenes, straight, "--seed=1"))


def built(monkeypatch, flags: train.Config) -> Training:
    """The training that is about to start; it takes no step."""
    trainings = []
    monkeypatch.setattr(Training, "run", lambda self, _: trainings.append(self))
    train.main(flags)
    return trainings[-1]


def test_the_next_level_starts_from_this_one(scenes, straight, monkeypatch):
    """And its own coarser picture is this level's, bit for bit."""
    training = built(monkeypatch, config(scenes, straight, "--level=6"))
    weights = {v.path for v in network.pynet(1 / 8).weights}
    last = state(straight)
    assert_same(
        {name: np.array(training.state[name]) for name in weights},
        {name: last[name] for name in weights},
    )


def test_the_log_holds_what_was_promised(straight):
    folder = straight / "level_7"
    log = event_accumulator.EventAccumulator(
        str(folder / "log"), {event_accumulator.TENSORS: 0}
    )
    log.Reload()
    tags = set(log.Tags()["tensors"])
    assert {"validation/psnr"} <= tags  # 4 px are too few for SSIM
    assert {"input | outputs, coarse to fine | target", "flags"} <= tags
    assert "level_7_a_3x3_1/kernel" in tags
    text = log.Tensors("flags")[0].tensor_proto.string_val[0].decode()
    assert (folder / "flags.txt").read_text() in text
    psnr = log.Tensors("validation/psnr")
    assert [event.step for event in psnr] == [6]


def fake_step(monkeypatch, loss) -> None:
    """Takes the computation away: `loss` gives the loss of each call."""
    monkeypatch.setattr(
        distribution, "supervised_step", lambda *_: lambda *_: {"loss": loss()}
    )
    monkeypatch.setattr(monitor.Evaluation, "__call__", lambda *_: None)


def test_a_loss_that_is_not_finite_stops_the_run(scenes, tmp_path, monkeypatch):
    """The step and its files are named; the state before stays."""
    values = iter([1.0, 2.0, float("nan")])
    fake_step(monkeypatch, lambda: next(values))
    with pytest.raises(ValueError, match=r"loss became nan at step 3, on .*") as error:
        train.main(config(scenes, tmp_path, "--eval_every=2"))
    sample = data.train_sample(data.pairs(scenes, "train"), 7, 64, 0)
    for number in (4, 5):  # of the third batch of two
        assert str(sample.pair(number).photo) in str(error.value)
    assert state(tmp_path)["__step__"] == 2


def test_weights_of_focused_scenes_say_how_far_they_blur(scenes, tmp_path, monkeypatch):
    """Catches a card without, which is then drawn as a network that guesses the focus;
    and one that loses it with the data folder, at the last save."""
    data_dir = tmp_path / "focused"
    data_dir.mkdir()
    for split in ("train", "test"):
        (data_dir / split).symlink_to(scenes / split)
    recipe = data_dir / "scenes.json"
    recipe.write_text('{"focused": true, "aperture": 0.04, "width": 100}')
    fake_step(monkeypatch, lambda: 1.0)
    at_batch(monkeypatch, 1, recipe.unlink)
    train.main(config(data_dir, tmp_path, "--steps=1"))
    card = weights_card.read(tmp_path / "level_7/pynet.weights.h5")
    assert card["radius"] == 4.0


def test_float16_keeps_its_loss_scale(scenes, tmp_path, monkeypatch):
    """Catches a resumed run that begins its search for the scale again."""
    fake_step(monkeypatch, lambda: 1.0)
    train.main(config(scenes, tmp_path, "--precision=float16", "--steps=1"))
    assert state(tmp_path)["loss_scale/dynamic_scale"] == 2**15


def test_parts_that_do_not_come_out_even_are_refused(scenes, tmp_path, monkeypatch):
    monkeypatch.setattr(
        distribution, "strategy", lambda *_: tf.distribute.MirroredStrategy(["CPU:0"])
    )
    one = tf.distribute.MirroredStrategy
    monkeypatch.setattr(one, "num_replicas_in_sync", property(lambda _: 2))
    with pytest.raises(ValueError, match=r"--batch_size 6 does not divide among 2"):
        train.main(config(scenes, tmp_path, "--batch_size=6", "--accumulate=2"))


def test_only_level_1_has_a_content_loss(scenes, tmp_path, monkeypatch):
    """Catches 80 MB that the other levels would load for nothing."""
    asked = []
    monkeypatch.setattr(session.vgg, "vgg19", lambda weights, _: asked.append(weights))
    built(monkeypatch, config(scenes, tmp_path, "--vgg=keras"))
    joint = config(scenes, tmp_path, "--vgg=keras", "--level=1", "--joint")
    built(monkeypatch, joint)
    assert asked == ["none", "keras"]


def test_what_stays_frozen(scenes, tmp_path, monkeypatch):
    """The identity's encoder waits until level 3 needs it; nothing else does."""
    flags = config(scenes, tmp_path, "--start=identity", "--width=0.25")
    evaluation = built(monkeypatch, flags).evaluate
    pyramid = network.pynet(1 / 4)
    weights = {v.path for v in network.one_level(pyramid, 7).weights}
    waits = weights - {v.path for v in evaluation.variables}
    layers = ("encoder_1_3x3_1", "encoder_1_3x3_2")
    assert waits == {v.path for name in layers for v in pyramid.get_layer(name).weights}


def test_the_detail_is_a_term_of_level_1_s_loss_alone(tmp_path):
    """Catches a flag that is read and does nothing, and one that changes level 2."""
    for level, terms in ((1, {"detail": (30.0, losses.detail)}), (2, {})):
        flags = config(tmp_path, tmp_path, f"--level={level}", "--detail=30")
        assert session._more_terms(flags) == terms
