"""What a run saves is complete, and comes back strictly or not at all."""

import json
import pathlib
import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest

from darkroom.train import checkpoints, weights_card
from darkroom.train.checkpoints import by_path

ROOT = pathlib.Path(__file__).parents[3]


def model(width: int = 3, last: str = "last", more: bool = False) -> keras.Model:
    """Other weights for another width."""
    photo = keras.Input((5, 7, 2))
    x = keras.layers.Conv2D(width, 3, name="first")(photo)
    x = keras.layers.Conv2D(4, 1, name=last)(x)
    if more:
        x = keras.layers.Conv2D(4, 1, name="more")(x)
    made = keras.Model(photo, x)
    chance = np.random.default_rng(width)
    made.set_weights([chance.random(w.shape, np.float32) for w in made.weights])
    return made


def blank() -> keras.Model:
    made = model()
    made.set_weights([0 * w for w in made.get_weights()])
    return made


def optimizer(of: keras.Model) -> keras.optimizers.Optimizer:
    adam = keras.optimizers.Adam(0.1, name="adam")
    adam.build(of.trainable_variables)
    return adam


def same(one: keras.Model, other: keras.Model) -> bool:
    return all(map(np.array_equal, one.get_weights(), other.get_weights()))


def test_a_state_comes_back_whole(tmp_path):
    """Weights, moments and step: each saved variable is one of these, and each is."""
    path = tmp_path / "run" / "state.npz"
    before = model()
    adam = optimizer(before)
    adam.apply([np.full(v.shape, 0.5, np.float32) for v in before.trainable_variables])
    variables = by_path([*before.weights, *adam.variables])
    checkpoints.save_state(path, 12, variables)
    with np.load(path) as file:
        assert set(file.files) == {"__step__", *variables}

    after = blank()
    other = optimizer(after)
    found = by_path([*after.weights, *other.variables])
    assert checkpoints.load_state(path, found) == 12
    assert same(before, after)
    pairs = zip(adam.variables, other.variables, strict=True)
    assert all(np.array_equal(np.array(a), np.array(b)) for a, b in pairs)
    assert int(other.iterations) == 1


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        (slice(0, 3), r"lacks 1 of the 4 variables .* \(.*last/bias\)"),
        (slice(0, 0), r"lacks 4 of the 4 variables .*, \.\.\.\)"),
    ],
)
def test_a_state_of_fewer_variables_is_refused(tmp_path, saved, said):
    made = model()
    checkpoints.save_state(tmp_path / "state.npz", 1, by_path(made.weights[saved]))
    with pytest.raises(ValueError, match=said):
        checkpoints.load_state(tmp_path / "state.npz", by_path(made.weights))


def test_a_state_of_more_variables_is_refused(tmp_path):
    made = model()
    checkpoints.save_state(tmp_path / "state.npz", 1, by_path(made.weights))
    with pytest.raises(ValueError, match=r"holds 1 variables that this .*last/bias"):
        checkpoints.load_state(tmp_path / "state.npz", by_path(made.weights[:3]))


def in_directory(content: bytes, offset: int, number: int) -> bytes:
    """Changes what a zip file's directory says of its first member."""
    at = content.index(b"PK\1\2") + offset
    return content[:at] + number.to_bytes(2, "little") + content[at + 2 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"no archive at all",
        lambda content: content.replace(b"__step__", b"__stop__"),
        lambda content: content[:200] + bytes(60) + content[260:],
        lambda content: in_directory(content, 6, 173),  # a later version of zip
        lambda content: in_directory(content, 10, 99),  # compressed in another way
    ],
)
def test_a_damaged_state_is_refused_and_changes_nothing(tmp_path, damage):
    made, path = blank(), tmp_path / "state.npz"
    checkpoints.save_state(path, 1, by_path(model().weights))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"state.npz is damaged; delete it to start"):
        checkpoints.load_state(path, by_path(made.weights))
    assert not any(w.any() for w in made.get_weights())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_does_not_replace_the_last_good_state(tmp_path, value):
    made, path = model(), tmp_path / "state.npz"
    checkpoints.save_state(path, 1, by_path(made.weights))
    before = path.read_bytes()
    made.weights[2].assign(made.weights[2] * value)
    with pytest.raises(ValueError, match=r"last/kernel is not finite at step 2; the "):
        checkpoints.save_state(path, 2, by_path(made.weights))
    assert path.read_bytes() == before


def test_variables_that_share_a_name_are_refused():
    """Catches a variable that silently replaces another."""
    made = model()
    with pytest.raises(ValueError, match="5 variables share 4 names"):
        by_path([*made.weights, made.weights[0]])


def test_weights_come_back_with_their_card(tmp_path):
    path, before = tmp_path / "x.weights.h5", model()
    checkpoints.save_weights(before, path, network="toy", width=0.125, left_out=None)
    card = weights_card.read(path)
    shapes = {v.path: list(v.shape) for v in before.weights}
    expected = {"network": "toy", "width": 0.125, "left_out": None}
    assert len(card["sha256"]) == 64
    assert card == {**expected, "variables": shapes, "sha256": card["sha256"]}
    after = blank()
    assert checkpoints.load_weights(after, path) == card
    assert same(before, after)
    blank().load_weights(path)  # plain Keras does not mind the card


def test_weights_of_plain_keras_load_too(tmp_path):
    path, before, after = tmp_path / "x.weights.h5", model(), blank()
    before.save_weights(path)
    assert checkpoints.load_weights(after, path) == {}
    assert same(before, after)


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ({"width": 6}, r"first/kernel as \(3, 3, 2, 6\), this network has "
                       r"\(3, 3, 2, 3\); it was made with another --width"),
        ({"last": "other"}, r"lacks 2 of the 4 variables.*last/kernel"),
        ({"more": True}, r"holds 2 variables that this network does not have.*more/"),
    ],
)  # fmt: skip
def test_weights_of_another_network_are_refused(tmp_path, saved, said):
    path, made = tmp_path / "x.weights.h5", model()
    checkpoints.save_weights(model(**saved), path)
    before = made.get_weights()
    with pytest.raises(ValueError, match=said):
        checkpoints.load_weights(made, path)
    assert all(map(np.array_equal, made.get_weights(), before))


def test_plain_weights_of_another_width_are_refused(tmp_path):
    path = tmp_path / "x.weights.h5"
    model(width=6).save_weights(path)
    with pytest.raises(ValueError, match=r"x.weights.h5 does not fit this network:"):
        checkpoints.load_weights(model(), path)


@pytest.mark.parametrize("damage", [lambda c: c[: len(c) // 2], lambda c: b"a text"])
def test_damaged_weights_are_refused(tmp_path, damage):
    path = tmp_path / "x.weights.h5"
    checkpoints.save_weights(model(), path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"is not a .weights.h5 file, or is damaged"):
        checkpoints.load_weights(model(), path)


def test_weights_that_lack_a_layer_inside_are_refused(tmp_path):
    """Catches a file that was put together by hand, whose card is right."""
    path, made = tmp_path / "x.weights.h5", model()
    checkpoints.save_weights(made, path)
    with h5py.File(path, "r+") as file:
        del file["layers"]["conv2d_1"]
        card = json.loads(file.attrs["card"])
        del card["sha256"]
        file.attrs["card"] = json.dumps(card)
    with pytest.raises(ValueError, match="does not fit this network"):
        checkpoints.load_weights(made, path)


def test_weights_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such weights file"):
        checkpoints.load_weights(model(), tmp_path / "gone.weights.h5")


FULL = """
import pathlib, resource, sys
import keras
from darkroom import program
from darkroom.train import checkpoints, weights_card
folder = pathlib.Path(sys.argv[1])
layers = [keras.Input((200,)), keras.layers.Dense(500), keras.layers.Dense(9)]
model = keras.Sequential(layers)
by_path = checkpoints.by_path
checkpoints.save_state(folder / "state.npz", 1, by_path(model.weights))
checkpoints.save_weights(model, folder / "x.weights.h5")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for save in (
    lambda: checkpoints.save_state(folder / "state.npz", 2, by_path(model.weights)),
    lambda: checkpoints.save_weights(model, folder / "x.weights.h5", step=2),
):
    try:
        save()
    except OSError as error:
        print(program.sentence(error))
print(checkpoints.load_state(folder / "state.npz", by_path(model.weights)))
print("step" in checkpoints.load_weights(model, folder / "x.weights.h5"))
"""


def test_a_disk_that_is_really_full(tmp_path):
    """The kernel refuses the write half-way; the old files stay whole."""
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stdout.splitlines() == [
        f"{tmp_path / 'state.npz'}: File too large",
        f"{tmp_path / 'x.weights.h5'}: File too large",
        "1",
        "False",
    ], run.stderr
    assert {f.name for f in tmp_path.iterdir()} == {"state.npz", "x.weights.h5"}


def changed(path: pathlib.Path, **attributes) -> None:
    with h5py.File(path, "r+") as file:
        for name, value in attributes.items():
            file.attrs[name] = value


def small() -> keras.Model:
    layers = [keras.Input((3,)), keras.layers.Dense(2, name="d")]
    return keras.Sequential(layers, name="small")


ODD_CARDS = [
    b"\xff",
    7,
    "[1]",
    "{",
    "[" * 100_000,
    '{"width": 1e400}',
    '{"width": NaN}',
    '{"width": ' + "9" * 400 + "}",
    '{"variables": 3}',
    '{"width": "abc"}',
    '{"width": 1e12}',
    '{"width": true}',
    '{"level": null}',
    '{"level": 2.5}',
    '{"network": 7}',
    '{"size": [256, 512]}',
    '{"stereo": 1}',
    '{"downsamplings": 1000}',
    '{"variables": {"d/kernel": "much"}}',
    '{"variables": {"d/kernel": [null]}}',
    '{"a": {"b": {"c": {"d": {"e": 1}}}}}',
]


@pytest.mark.parametrize("card", ODD_CARDS, ids=range(len(ODD_CARDS)))
def test_an_odd_card_is_one_sentence(tmp_path, card):
    """Catches tracebacks, and numbers whose powers take for ever."""
    path = tmp_path / "a.weights.h5"
    checkpoints.save_weights(small(), path)
    changed(path, card=card)
    with pytest.raises(ValueError, match=r"a\.weights\.h5: its card is damaged"):
        checkpoints.load_weights(small(), path)


def test_a_number_that_changed_is_not_loaded(tmp_path):
    """Catches a bit that flipped on the way: HDF5 does not notice."""
    path = tmp_path / "a.weights.h5"
    model = small()
    checkpoints.save_weights(model, path, network="small")
    assert checkpoints.load_weights(small(), path)["network"] == "small"
    kernel = np.asarray(model.layers[0].kernel).tobytes()
    data = bytearray(path.read_bytes())
    data[data.index(kernel) + 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="its numbers are not those that were written"):
        checkpoints.load_weights(small(), path)


def test_a_file_without_a_sum_still_loads(tmp_path):
    path = tmp_path / "a.weights.h5"
    small().save_weights(path)
    assert checkpoints.load_weights(small(), path) == {}
