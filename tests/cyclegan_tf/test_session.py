"""A training as a whole: it survives being stopped, and starts where it is told to."""

import json
import pathlib
import shutil

import h5py
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing import event_accumulator

from cyclegan_tf import train
from cyclegan_tf.data import encoding
from cyclegan_tf.weights import load_network
from darkroom import cli
from darkroom.io import images
from darkroom.train import loop as training_loop
from darkroom.train import weights_card
from darkroom.train.session import Training


@pytest.fixture(scope="module", autouse=True)
def eager():
    """Four steps are over before a graph of them is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def portraits(tmp_path_factory) -> pathlib.Path:
    """Noise, three pictures of A and two of B to train with, one of each to test."""
    folder = tmp_path_factory.mktemp("portraits")
    chance = np.random.default_rng(0)
    mask = np.zeros((20, 20), np.uint8)
    mask[5:15, 5:15] = 255
    for part, count in (("trainA", 3), ("trainB", 2), ("testA", 1), ("testB", 1)):
        for number in range(count):
            noise = chance.integers(0, 256, (20, 20, 3)).astype(np.uint8)
            images.write(folder / part / f"{number}.png", noise)
            images.write(folder / f"{part}_mask" / f"{number}.png", mask)
    return folder


@pytest.fixture(scope="module")
def depths(tmp_path_factory) -> pathlib.Path:
    """Pairs of noise and noise, to 4 m."""
    folder = tmp_path_factory.mktemp("depths")
    chance = np.random.default_rng(1)
    for part, count in (("train", 3), ("test", 2)):
        for number in range(count):
            noise = chance.integers(0, 256, (20, 20, 3)).astype(np.uint8)
            images.write(folder / part / "photo" / f"{number}.png", noise)
            depth = encoding.millimetres(chance.uniform(1, 4, (20, 20)))
            images.write(folder / part / "depth" / f"{number}.png", depth)
    return folder


def config(data_dir: pathlib.Path, folder: pathlib.Path, *more: str) -> train.Config:
    """A training of very small networks; later flags win."""
    return cli.parse(
        train.Config,
        f"--data_dir={data_dir}",
        f"--checkpoint_dir={folder}",
        "--name=run",
        "--preset=tiny",
        "--generator=resnet_1blocks",
        "--discriminator=patch_1layers",
        "--width=0.0625",
        "--load_size=20",
        "--crop_size=16",
        "--batch_size=1",
        "--steps=4",
        "--decay_steps=2",
        *more,
    )


CYCLEGAN = ("--run=overlay_mask_loss", "--pool_size=2", "--dropout")
PIX2PIX = ("--model=pix2pix", "--task=depth", "--batch_size=2", "--dropout")


def state(folder: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(folder / "run" / "state.npz") as file:
        return {name: file[name] for name in file.files}


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    assert [n for n in one if not np.array_equal(one[n], other[n])] == []


@pytest.fixture(scope="module")
def straight(portraits, depths, tmp_path_factory):
    """Four steps in one go, of either model."""
    made = {}
    for flags, pictures in ((CYCLEGAN, portraits), (PIX2PIX, depths)):
        folder = tmp_path_factory.mktemp("straight")
        train.main(config(pictures, folder, *flags))
        made[flags] = folder
    return made


@pytest.mark.parametrize("flags", [CYCLEGAN, PIX2PIX], ids=["cyclegan", "pix2pix"])
def test_an_interrupted_run_equals_an_uninterrupted_one(
    portraits, depths, tmp_path, straight, monkeypatch, flags
):
    """Bit for bit: weights, both Adams, pools, dropout, the order of the pictures."""
    pictures = portraits if flags == CYCLEGAN else depths
    batches = Training._batches

    def until_a_power_cut(self):
        for number, batch in enumerate(batches(self), 1):
            if number == 3:
                raise SystemError("power cut")
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_batches", until_a_power_cut)
        with pytest.raises(SystemError):
            train.main(config(pictures, tmp_path, *flags, "--save_minutes=0"))
    assert state(tmp_path)["__step__"] == 2
    train.main(config(pictures, tmp_path, *flags))
    assert_same(state(tmp_path), state(straight[flags]))


def test_the_weights_say_what_they_are(straight):
    """All that cyclegan_tf.translate and others need is in the file."""
    run = straight[CYCLEGAN] / "run"
    cards = {
        name: weights_card.read(run / f"{name}.weights.h5")
        for name in ("generator_a", "generator_b", "discriminator_a", "discriminator_b")
    }
    card = cards["generator_a"]
    assert (card["step"], card["steps"], card["size"]) == (4, 4, "16x16")
    assert (card["method"], card["task"]) == ("cyclegan", "portrait")
    directions = [card["direction"] for card in cards.values()]
    assert directions == ["A_to_B", "B_to_A", None, None]
    other = straight[PIX2PIX] / "run" / "generator.weights.h5"
    card = weights_card.read(other)
    assert (card["task"], card["farthest"]) == ("depth", 10.0)
    assert (card["direction"], card["norm"], card["dropout"]) == (
        *("A_to_B", "batch", True),
    )


def test_the_files_hold_the_networks_that_were_trained(straight):
    """Catches the two directions in each other's files."""
    last = state(straight[CYCLEGAN])
    for name in ("generator_a", "generator_b", "discriminator_b"):
        model = load_network(str(straight[CYCLEGAN] / "run" / f"{name}.weights.h5"))
        assert_same(
            {f"{name}/{v.path}": np.array(v) for v in model.weights},
            {f"{name}/{v.path}": last[f"{name}/{v.path}"] for v in model.weights},
        )


def log(folder: pathlib.Path) -> set[str]:
    found = event_accumulator.EventAccumulator(
        str(folder / "run" / "log"), {event_accumulator.TENSORS: 0}
    )
    found.Reload()
    return set(found.Tags()["tensors"])


def test_what_is_logged_and_scored(straight):
    cycle, pix = (straight[flags] for flags in (CYCLEGAN, PIX2PIX))
    shown = {"real | made | restored | identity | person", "flags"}
    assert {*shown, "validation/subject", "validation/background"} <= log(cycle)
    scores = json.loads((cycle / "run" / "scores.json").read_text())
    assert (scores["step"], scores["run"]) == (4, "overlay_mask_loss")
    assert scores["output"].keys() == {"subject", "background"}
    shown = {"source | made | target", "validation/rmse", "validation/compat_rms"}
    assert shown <= log(pix)
    scores = json.loads((pix / "run" / "scores.json").read_text())
    assert scores["constant"]["rmse"] < 1.5  # a median of what lies within 1 to 4 m
    assert {"gradient", "output"} <= scores.keys() and scores["pictures"] == 2


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


def test_it_starts_from_a_run(portraits, tmp_path, straight, monkeypatch):
    """From all of its networks; steps, Adams and pools are new."""
    start = f"--from_weights={straight[CYCLEGAN] / 'run'}"
    found = begin(monkeypatch, portraits, tmp_path, *CYCLEGAN, start)
    assert found.first == 0
    last, parts = state(straight[CYCLEGAN]), ("generator_", "discriminator_")
    now = {name: np.array(variable) for name, variable in found.state.items()}
    weights = {n for n in now if n.startswith(parts) and not n.endswith("/chance")}
    assert_same({n: now[n] for n in weights}, {n: last[n] for n in weights})
    new = [n for n in now if not n.startswith(parts) and "learning_rate" not in n]
    assert len(new) > 20 and not any(now[name].any() for name in new)


def test_a_run_that_was_killed_while_it_saved_is_no_start(
    portraits, tmp_path, straight
):
    """Catches networks of different steps that are trained on together."""
    run = tmp_path / "killed"
    shutil.copytree(straight[CYCLEGAN] / "run", run)
    with h5py.File(run / "generator_b.weights.h5", "r+") as file:
        card = json.loads(file.attrs["card"])
        file.attrs["card"] = json.dumps(card | {"step": 2})
    start = f"--from_weights={run}"
    with pytest.raises(ValueError, match=r"different steps \(generator_a 4, gen.*b 2"):
        train.main(config(portraits, tmp_path, *CYCLEGAN, start))


def test_it_starts_from_a_generator(depths, tmp_path, straight, monkeypatch):
    """Only this one is set, as after cyclegan_tf.convert."""
    file = straight[PIX2PIX] / "run" / "generator.weights.h5"
    found = begin(monkeypatch, depths, tmp_path, *PIX2PIX, f"--from_weights={file}")
    last = state(straight[PIX2PIX])
    now = {name: np.array(variable) for name, variable in found.state.items()}
    assert np.array_equal(now["generator/last/kernel"], last["generator/last/kernel"])
    judge = "discriminator/last/kernel"
    assert not np.array_equal(now[judge], last[judge])


def test_other_flags_are_refused(portraits, straight):
    """Before anything of the run is touched."""
    folder = straight[CYCLEGAN]
    before = state(folder)
    for flag, said in (
        ("--lambda_mask=2", "begun with --lambda_mask=0.5, now it is 2.0"),
        ("--steps=9", "begun with --steps=4, now it is 9"),
        ("--overlay=false", "begun with --overlay=True, now it is False"),
        ("--adam=pytorch", "begun with --adam=keras, now it is pytorch"),
    ):
        with pytest.raises(ValueError, match=said):
            train.main(config(portraits, folder, *CYCLEGAN, flag))
    assert_same(state(folder), before)


def test_a_finished_run_is_left_as_it_is(portraits, straight, capsys):
    train.main(config(portraits, straight[CYCLEGAN], *CYCLEGAN))
    assert "generator_a.weights.h5: 4 steps (trained before); next" in (
        capsys.readouterr().out
    )


def test_depth_without_pairs(depths, tmp_path, monkeypatch):
    """CycleGAN learns from maps of other photos; it is scored where names are equal."""
    flags = ("--task=depth", "--validate=1")
    found = begin(monkeypatch, depths, tmp_path, *flags)
    ((photo, depth),) = found.evaluate.pairs()
    assert (photo.path.stem, photo.path.parent.name) == ("0", "photo")
    assert (depth.path.stem, depth.path.parent.name) == ("0", "depth")
    a, b = found.samples(0)
    assert a.shape == b.shape == (16, 16, 3)


def test_portraits_without_masks(portraits, tmp_path, monkeypatch):
    """A plain run needs none; nothing is scored then."""
    for part in ("trainA", "trainB", "testA", "testB"):
        for path in (portraits / part).iterdir():
            images.write(tmp_path / part / path.name, images.read(path).pixels)
    found = begin(monkeypatch, tmp_path, tmp_path / "runs")
    assert found.evaluate.scores() == {}
    assert [len(row) for row in found.evaluate.rows()] == [4, 4]


def test_the_files_of_a_step(portraits, tmp_path, monkeypatch):
    """Of a NaN's report."""
    found = begin(monkeypatch, portraits, tmp_path)
    a, _ = found.samples.pictures(1)
    assert found._files(2) == str(a.path)
