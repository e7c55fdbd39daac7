"""A training as a whole, for networks of any kind: a toy with two, and a pool."""

import dataclasses
import pathlib

import h5py
import numpy as np
import pytest
import tensorflow as tf
from toy import Config, Samples, Toy

from darkroom.train import checkpoints, distribution, session


def run(folder: pathlib.Path, **flags) -> Toy:
    toy = Toy(Config(**flags), folder)
    toy.training.run("toy")
    return toy


def state(folder: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(folder / "state.npz") as file:
        return {name: file[name] for name in file.files}


def test_an_interrupted_run_equals_an_uninterrupted_one(tmp_path):
    """Both optimizers and the pool go on, and so does the order of the samples."""
    straight = run(tmp_path / "straight")
    assert straight.fed == [1, 3, 5, 7, 9, 11]
    assert straight.evaluated == [4, 6]

    run(tmp_path / "halved", steps=4)
    second = run(tmp_path / "halved")
    assert second.training.first == 4
    assert second.fed == [9, 11]
    expected, resumed = (state(tmp_path / name) for name in ("straight", "halved"))
    assert resumed.keys() == expected.keys() and "pool" in resumed
    for name in expected:
        np.testing.assert_array_equal(resumed[name], expected[name])


def test_its_flags_are_kept(tmp_path):
    run(tmp_path, seed=4)
    assert "--seed=4\n" in (tmp_path / "flags.txt").read_text()
    run(tmp_path, seed=4, steps=7)
    assert "--steps=6\n" in (tmp_path / "flags.txt").read_text()  # of its beginning


def flip_a_number(path: pathlib.Path) -> None:
    """Changes a bit that HDF5 does not notice."""
    with h5py.File(path, "r+") as file:
        file["layers/dense/vars/0"][0, 0] += 1


@pytest.mark.parametrize("name", ["one", "other"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path, _: path.unlink(),
        lambda path, old: path.write_bytes(old),
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(path.read_bytes()[:-900]),
        lambda path, _: flip_a_number(path),
    ],
    ids=["missing", "of an earlier step", "empty", "cut off", "a flipped bit"],
)
def test_a_finished_run_has_all_its_networks(tmp_path, name, damage):
    """Whichever its last save did not reach, or lost since; it does not train."""
    run(tmp_path, steps=4)
    path = tmp_path / f"{name}.weights.h5"
    old = path.read_bytes()
    run(tmp_path)
    damage(path, old)
    assert not checkpoints.holds(path, 6)
    again = Toy(Config(), tmp_path)
    assert again.training.run("toy") == "6 steps (trained before)"
    network = again.networks[["one", "other"].index(name)]
    before = [np.array(weight) for weight in network.weights]
    assert checkpoints.load_weights(network, path)["step"] == 6
    assert all(map(np.array_equal, network.weights, before))
    assert again.fed == [] and again.evaluated == []


@pytest.mark.parametrize("scores", [None, "", '{"step": 4}', "[]", "\\"])
def test_a_finished_run_has_its_last_scores(tmp_path, scores):
    """Catches a run that was killed in its last validation."""
    run(tmp_path)
    path = tmp_path / "scores.json"
    path.unlink() if scores is None else path.write_text(scores)
    again = run(tmp_path)
    assert (again.fed, again.evaluated) == ([], [6])
    assert run(tmp_path).evaluated == []


def test_a_nan_names_its_files(tmp_path):
    toy = Toy(Config(), tmp_path).training
    toy = dataclasses.replace(toy, step=lambda *_: {"loss": float("nan")})
    with pytest.raises(ValueError, match=r"nan at step 1, on 0\.png, 1\.png;"):
        toy.run("toy")
    assert not (tmp_path / "state.npz").exists()


class Read(Samples):
    """The toy's samples, each read from a file of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        object.__setattr__(self, "folder", folder)
        folder.mkdir()
        for index in range(60):
            np.save(folder / f"{index}.npy", super().__call__(index)[0])

    def __call__(self, index: int):
        return np.load(self.folder / f"{index}.npy"), super().__call__(index)[1]


def test_a_data_folder_that_vanishes_costs_no_step(tmp_path):
    """As where a disk of the network is lost: it says which file, and goes on later."""
    straight, whole = tmp_path / "straight", tmp_path / "whole"
    run(straight, steps=20)
    photos, away = tmp_path / "photos", tmp_path / "away"
    samples = Read(photos)
    toy = Toy(Config(steps=20, eval_every=99), whole)
    step = toy.training.step

    def unplugged(*batch):
        if len(toy.fed) == 2:
            photos.rename(away)
        return step(*batch)

    losing = dataclasses.replace(toy.training, samples=samples, step=unplugged)
    with pytest.raises(OSError, match=rf"{photos}/\d+\.npy.*No such file"):
        losing.run("toy")
    assert state(whole)["__step__"] == len(toy.fed) < 20
    away.rename(photos)
    again = Toy(Config(steps=20, eval_every=99), whole)
    dataclasses.replace(again.training, samples=samples).run("toy")
    for name, array in state(straight).items():
        np.testing.assert_array_equal(state(whole)[name], array)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (1, "--batch_size 3 does not divide among 2 devices$"),
        (3, "among 2 devices with --accumulate 3 equal parts on each$"),
    ],
)
def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch, parts, message):
    two = tf.distribute.MirroredStrategy
    monkeypatch.setattr(two, "num_replicas_in_sync", property(lambda _: 2))
    monkeypatch.setattr(distribution, "strategy", lambda *_: two(["CPU:0"]))
    with pytest.raises(ValueError, match=message):
        session.prepare(Config(batch_size=3), parts)
