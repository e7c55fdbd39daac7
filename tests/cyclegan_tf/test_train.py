"""The program: flags, folders and signals in, one sentence out."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

from cyclegan_tf import presets, train
from darkroom import cli
from darkroom.io import images
from darkroom.train import distribution
from darkroom.train import loop as training_loop

ROOT = pathlib.Path(__file__).parents[2]


def program(*flags: str) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "cyclegan_tf.train", *flags]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture
def portraits(tmp_path) -> pathlib.Path:
    """Dark grey squares for A, light ones for B; the person is the middle."""
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:24] = 255
    for part, grey in (("trainA", 60), ("trainB", 190), ("testA", 60), ("testB", 190)):
        for number in range(3):
            picture = np.full((32, 32, 3), grey + 10 * number, np.uint8)
            picture[::2] += 20
            images.write(tmp_path / "data" / part / f"{number}.png", picture)
            images.write(tmp_path / "data" / f"{part}_mask" / f"{number}.png", mask)
    return tmp_path / "data"


def config(data: pathlib.Path, *more: str) -> train.Config:
    return cli.parse(
        train.Config,
        f"--data_dir={data}",
        f"--checkpoint_dir={data.parent / 'runs'}",
        "--preset=tiny",
        "--generator=resnet_1blocks",
        "--discriminator=patch_1layers",
        "--width=0.0625",
        "--load_size=32",
        "--crop_size=32",
        *more,
    )


def no_folder(data: pathlib.Path) -> str:
    (data / "trainB").rename(data / "elsewhere")
    return "trainB: there is no such folder beside trainA"


def no_pictures(data: pathlib.Path) -> str:
    for path in (data / "trainA").iterdir():
        path.unlink()
    return "trainA: there is no picture in it"


def no_mask(data: pathlib.Path) -> str:
    (data / "trainA_mask" / "1.png").unlink()
    return "trainA_mask: there is no mask for 1.png"


@pytest.mark.parametrize("spoil", [no_folder, no_pictures, no_mask])
def test_a_bad_folder(portraits, spoil):
    """One sentence, exit code 1, nothing left behind; and before TensorFlow starts."""
    said = spoil(portraits)
    runs = portraits.parent / "runs"
    run = program(f"--data_dir={portraits}", f"--checkpoint_dir={runs}")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: ") and said in run.stderr
    assert run.stderr.count("\n") == 1
    assert not runs.exists()


def test_a_mask_without_a_person_stops_the_run(portraits):
    """It is met while training: its name comes out, and no state is written."""
    for path in (portraits / "trainA_mask").iterdir():
        images.write(path, np.zeros((32, 32), np.uint8))
    with pytest.raises(ValueError, match=r"trainA_mask/\d.png: there is no person"):
        train.main(config(portraits, "--steps=1", "--run=overlay"))
    assert not list(portraits.parent.glob("runs/*/state.npz"))


def test_crops_that_do_not_fit(portraits):
    with pytest.raises(ValueError, match="crops of 40x40 do not fit into pictures"):
        train.main(config(portraits, "--crop_size=40"))


def test_the_saved_flags_repeat_the_run(portraits, monkeypatch, capsys):
    monkeypatch.setattr(training_loop.Loop, "run", lambda *_: None)
    given = config(portraits, "--seed=3", "--epochs=2", "--run=mask_loss")
    train.main(given)
    file = portraits.parent / "runs" / "cyclegan_portrait_mask_loss" / "flags.txt"
    again = cli.parse(train.Config, f"--flagfile={file}")
    assert again == presets.resolve(given, 3) == presets.resolve(again, 3)
    assert (again.steps, again.lambda_mask) == (6, 1.0)
    weights = file.with_name("generator_a.weights.h5")  # the next program asks for it
    said = f"{weights}: 6 steps; next: python -m cyclegan_tf.translate PHOTO --weights "
    assert capsys.readouterr().out == f"{said}{weights}\n"


@pytest.fixture
def losses(portraits, monkeypatch):
    """The terms of 60 steps."""

    def run() -> list[dict[str, float]]:
        terms = []

        def steps(loop, step, batches, first, name):
            source = iter(batches)
            for _ in range(60):
                found = step(*next(source))
                terms.append({key: float(value) for key, value in found.items()})

        monkeypatch.setattr(training_loop.Loop, "run", steps)
        flags = ("--learning_rate=0.002", "--schedule=constant", "--steps=60")
        train.main(config(portraits, *flags, "--lambda_identity=0.5"))
        return terms

    return run


def mean(terms: list[dict[str, float]], name: str) -> float:
    return float(np.mean([each[name] for each in terms]))


def test_a_short_training_lowers_the_cycle(losses):
    """In sixty steps."""
    terms = losses()
    for name in ("cycle_a", "cycle_b", "identity_a"):
        assert mean(terms[-10:], name) < 0.6 * mean(terms[:5], name), name


def test_its_broken_twin(losses, monkeypatch):
    """Only the discriminators learn."""
    descend = distribution.descend
    monkeypatch.setattr(
        distribution,
        "descend",
        lambda tape, loss, optimizer, variables: (
            optimizer.name == "discriminators"
            and descend(tape, loss, optimizer, variables)
        ),
    )
    terms = losses()
    assert mean(terms[-10:], "cycle_a") > 0.8 * mean(terms[:5], "cycle_a")
    assert mean(terms[-10:], "discriminator_a") < mean(terms[:5], "discriminator_a")
