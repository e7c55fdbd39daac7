"""Damaged network files: each is read, or refused in one sentence, soon and in memory.

Every input is read by a process of its own, forked from this one, so that one which
ends its process is seen. NETWORK_INPUTS sets how many; scripts/torture.sh networks
takes 1,500.
"""

import collections
import importlib.util
import os
import pathlib
import resource
import signal
import sys
import traceback
from collections.abc import Callable

import depth_networks
import exports
import h5py
import keras
import numpy as np
import programs
import pytest
import scipy.io
import tensorflow as tf

from cyclegan_tf.preparation import matlab
from darkroom.depth import networks
from darkroom.importers import pth, tensorflow_1
from darkroom.metrics import vgg
from darkroom.render import network as render_network
from darkroom.train import checkpoints

INPUTS = int(os.environ.get("NETWORK_INPUTS", "40"))
SECONDS, KILOBYTES = 5, 2_000_000
PHOTO = np.random.default_rng(0).integers(0, 256, (16, 32, 3), np.uint8)
NUMBERS = (0, 1, 2, 7, 255, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
Reader = Callable[[pathlib.Path], object]


def small_network() -> keras.Model:
    picture = keras.Input((8, 8, 3))
    first = keras.layers.Conv2D(4, 3, name="first")(picture)
    return keras.Model(picture, keras.layers.Conv2D(2, 3, name="last")(first))


def with_the_rest(reader: Reader, ending: str, content: bytes) -> Reader:
    """Reads a file to which another belongs, which is whole."""

    def read(path: pathlib.Path) -> object:
        path.with_name(path.name.partition(".")[0] + ending).write_bytes(content)
        return reader(path)

    return read


def read_checkpoint(path: pathlib.Path) -> list[np.ndarray]:
    checkpoint = tensorflow_1.Checkpoint(str(path))
    return [checkpoint[name] for name in checkpoint.shapes]


def read_labelled(path: pathlib.Path) -> list[object]:
    with matlab.labelled(path) as labelled:
        return [labelled.picture(index) for index in range(min(3, len(labelled)))]


def draw(path: pathlib.Path) -> np.ndarray:
    return render_network.load(str(path))(PHOTO, PHOTO[..., 0] / np.float32(255))


def seeds(folder: pathlib.Path) -> dict[str, tuple[bytes, Reader]]:
    """A whole file of each kind, by the name it gets, and what reads it."""
    golden = programs.ROOT / "tests/golden"
    found: dict[str, tuple[bytes, Reader]] = {
        f"{kind}.pth": ((golden / f"gan_{kind}.pth").read_bytes(), pth.read)
        for kind in ("plain", "zip")
    }
    tf.raw_ops.SaveV2(
        prefix=str(folder / "a"),
        tensor_names=["one/kernel", "step"],
        shape_and_slices=["", ""],
        tensors=[tf.zeros((3, 3, 4)), tf.constant(3, tf.int64)],
    )
    index, data = ".index", ".data-00000-of-00001"
    parts = {end: (folder / f"a{end}").read_bytes() for end in (index, data)}
    for one, other in ((index, data), (data, index)):
        reader = with_the_rest(read_checkpoint, other, parts[other])
        found[f"tf1{one}"] = parts[one], reader
    model = small_network()
    checkpoints.save_weights(model, folder / "a.weights.h5", step=3)
    model.save_weights(folder / "plain.weights.h5")

    def load(path: pathlib.Path) -> object:
        return checkpoints.load_weights(model, path)

    for name in ("a.weights.h5", "plain.weights.h5"):
        found[name] = (folder / name).read_bytes(), load
    state = checkpoints.by_path(model.weights)
    checkpoints.save_state(folder / "state.npz", 3, state)
    found["state.npz"] = (
        (folder / "state.npz").read_bytes(),
        lambda path: checkpoints.load_state(path, state),
    )
    exports.write(folder / "depth.tflite", "depth", (16, 32))
    exports.write(folder / "pynet.tflite", "pynet", (16, 32))
    readers = {"depth": lambda path: networks.disparity(path, PHOTO), "pynet": draw}
    for name, reader in readers.items():
        found[f"{name}.tflite"] = (folder / f"{name}.tflite").read_bytes(), reader
    for name, sides in {"fixed": [1, 3, 16, 32], "free": [1, 3, "h", "w"]}.items():
        path = depth_networks.onnx(folder / f"{name}.onnx", sides)
        found[path.name] = path.read_bytes(), readers["depth"]
    numbers = {"trainNdxs": np.arange(1, 6), "testNdxs": np.arange(6, 9)}
    scipy.io.savemat(folder / "splits.mat", numbers, do_compression=True)
    content = (folder / "splits.mat").read_bytes()
    found["splits.mat"] = content, lambda path: matlab.split(path, 8)
    scipy.io.savemat(folder / "vgg.mat", {"layers": np.zeros((1, 3)), **numbers})
    found["vgg.mat"] = (folder / "vgg.mat").read_bytes(), vgg.read_mat
    with h5py.File(folder / "labelled.mat", "w") as file:
        file["images"] = np.zeros((3, 3, 6, 8), np.uint8)
        file["depths"] = np.ones((3, 6, 8), np.float32)
    found["labelled.mat"] = (folder / "labelled.mat").read_bytes(), read_labelled
    return found


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Flips bits, writes extreme numbers, or cuts: little, so that most is believed."""
    content = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(content)))
        match int(rng.integers(10)):
            case 0 | 1 | 2:
                content[at] ^= 1 << int(rng.integers(8))
            case 3 | 4:
                content[at] = int(rng.integers(256))
            case 5 | 6 | 7:
                number, at = int(rng.choice(NUMBERS)), at - at % 4
                content[at : at + 4] = number.to_bytes(4, "little")
            case 8:
                content[at : at + 8] = rng.bytes(8)
            case 9:
                del content[max(at, 1) :]
    return bytes(content)


def peak_kilobytes() -> int:
    """This process's largest memory; a fork's begins with all that its parent held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def read_apart(reader: Reader, path: pathlib.Path, kilobytes: int = KILOBYTES) -> str:
    """What became of a file in its own process: read, refused, or how it failed."""
    answer, child_end = os.pipe()
    process = os.fork()
    if not process:
        signal.alarm(60)  # of a machine that is busy; its own seconds count below
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        outcome, inherited = "read", peak_kilobytes()
        try:
            reader(path)
        except (ValueError, OSError) as error:
            said = str(error)
            named = path.name.partition(".")[0] in said and "\n" not in said
            outcome = "refused" if named else f"says {said!r}"
        except BaseException:
            outcome = traceback.format_exc()
        if (taken := peak_kilobytes() - inherited) > kilobytes:
            outcome = f"took {taken / 1e6:.1f} GB"
        os.write(child_end, outcome.encode(errors="replace")[-3000:])
        os._exit(0)
    os.close(child_end)
    with os.fdopen(answer, "rb") as file:
        outcome = file.read().decode()
    _, status, used = os.wait4(process, 0)
    if os.WIFSIGNALED(status):
        return f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    if used.ru_utime + used.ru_stime > SECONDS:
        return f"took {used.ru_utime + used.ru_stime:.1f} s"
    return outcome


@pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="pip install onnxruntime"
)
def test_damaged_networks_are_read_or_refused_in_a_sentence(tmp_path):
    """From a process of its own: in one that has run a network, forks hang on it."""
    found = programs.run(f"python {__file__} {tmp_path}", tmp_path)
    print(found.stdout)
    assert found.returncode == 0, found.stdout + found.stderr


def check_all(folder: pathlib.Path) -> None:
    """Reads all files whole, and `INPUTS` damaged ones.

    Raises:
      AssertionError: one was neither read nor refused as it should be; it is kept.
    """
    (folder / "whole").mkdir()
    files = list(seeds(folder / "whole").items())
    for name, (whole, reader) in files:
        path = folder / name
        path.write_bytes(whole)
        expected = "refused" if name == "vgg.mat" else "read"
        assert read_apart(reader, path) == expected, name
    rng = np.random.Generator(np.random.PCG64(1000))
    counts: collections.Counter[str] = collections.Counter()
    lost = []
    for number in range(INPUTS):
        name, (whole, reader) = files[number % len(files)]
        path = folder / name
        path.write_bytes(mutated(whole, rng))
        outcome = read_apart(reader, path)
        counts[outcome if outcome in ("read", "refused") else "lost"] += 1
        if outcome not in ("read", "refused"):
            kept = folder / f"lost_{number}_{name}"
            kept.write_bytes(path.read_bytes())
            lost.append(f"{kept}: {outcome}")
            print(lost[-1])
    print(f"{INPUTS} damaged networks: {dict(counts)}")
    assert not lost, lost


def test_it_sees_a_reader_that_takes_much_memory_or_throws(tmp_path):
    """The broken twins; what this process itself holds is not counted."""
    held, path = np.ones(200_000_000, np.uint8), tmp_path / "a.pth"
    assert read_apart(lambda path: None, path, kilobytes=100_000) == "read"
    hungry = read_apart(lambda path: held.copy(), path, kilobytes=100_000)
    assert hungry == "took 0.2 GB"
    assert "ZeroDivisionError" in read_apart(lambda path: 1 // 0, path)


if __name__ == "__main__":
    check_all(pathlib.Path(sys.argv[1]))
