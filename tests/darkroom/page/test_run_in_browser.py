"""A network that the browser runs by itself draws what Keras draws."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.io import images
from darkroom.litert import card
from darkroom.page import litert_js, server
from darkroom.render import network

HEIGHT, WIDTH = 64, 96  # of PyNET's input, half the photo's
DEPTH_SIZE = (40, 72)


@pytest.fixture(scope="module", autouse=True)
def fetched():
    try:
        litert_js.check()
    except ValueError as error:
        pytest.skip(str(error))


def random_weights(model: Any, gain: float = 2.0) -> Any:
    """Weights that tell pixels and channels apart; Keras' own end in mid grey."""
    rng = np.random.default_rng(0)
    for weight in model.trainable_variables:
        if len(weight.shape) == 4:
            spread = np.sqrt(gain / np.prod(weight.shape[:3]))
            weight.assign(spread * rng.standard_normal(weight.shape))
    return model


@pytest.fixture(scope="module")
def pynet():
    """Every kind of layer that PyNET has, on two levels: seven take long to convert."""
    import keras

    from pynet import blocks, layers, network

    net = blocks.Blocks(1 / 8, 0, "float32")
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    fine = net.block(
        layers.SpaceToDepth(name="sub_pixels")(photo), "fine", 3, 32, False
    )
    coarse = net.block(net.halve(fine), "coarse_a", 5, 64)
    coarse = net.residual(coarse, "coarse_b", 5, 64)
    both = net.concat(fine, net.up(coarse, "coarse_up", 32))
    raw = network.level_2(net, net.block(both, "both", 9, 32, norm=False))
    picture = network.picture(network.level_1(net, raw))
    # At a gain of 2 one step of an input is three of the picture.
    return random_weights(keras.Model(photo, picture, name="pynet_level_1"), 1.5)


@pytest.fixture(scope="module")
def depth_network():
    import keras

    photo = keras.Input((None, None, 3), name="photo")
    near = keras.layers.Conv2D(1, 5, padding="same", name="near")(photo)
    return random_weights(keras.Model(photo, near))


@pytest.fixture(scope="module")
def files(browser, pynet, depth_network, tmp_path_factory):
    """LiteRT files of both, and of one too large for any browser."""
    import keras

    from darkroom.litert import convert

    photo = keras.Input((None, None, 4), name="photo")
    drawn = keras.layers.Conv2D(3, 1, name="drawn")(photo)
    sizes = {
        "pynet": (pynet, (1, HEIGHT, WIDTH, 4)),
        "depth": (depth_network, (1, *DEPTH_SIZE, 3)),
        "large": (keras.Model(photo, drawn), (1, 2**15, 2**15, 4)),
    }
    folder = tmp_path_factory.mktemp("networks")
    paths = {name: folder / f"{name}.tflite" for name in sizes}
    for name, (model, shape) in sizes.items():
        paths[name].write_bytes(convert.convert(model, shape, "float32"))
    return paths


@pytest.fixture(scope="module")
def asked():
    """Every address that has been asked for."""
    return []


@pytest.fixture(scope="module")
def port(serve, files, asked):
    """Of a page with both networks."""
    whole = server.application

    def listening(here):
        answer = whole(here)

        def respond(environ, start):
            asked.append(environ["PATH_INFO"])
            return answer(environ, start)

        return respond

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "application", listening)
        return serve(network=files["pynet"], depth=str(files["depth"]))


def scene(height, width):
    """A photo with edges and textures, and a depth that falls to the right."""
    rng = np.random.default_rng(height)
    coarse = rng.integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    photo = pixels.resize_to(coarse, (height, width))
    photo[::7] = 255 - photo[::7]
    row = np.linspace(250, 5, width).round().astype(np.uint8)
    return photo, np.tile(row, (height, 1))


def give(person, folder, photo, disparity):
    """Opens both in the page, and waits until the lens has drawn them."""
    images.write(folder / "a.png", photo)
    images.write(folder / "a_depth.png", np.stack([disparity] * 3, -1))
    person.open(folder / "a.png", folder / "a_depth.png")
    person.says("Focus")
    person.until(lambda: person.find("#network-draw").is_enabled())


def run(person):
    """Presses the button; returns what the page says in the end."""
    button = person.find("#network-draw")
    person.driver.execute_script("arguments[0].scrollIntoView()", button)
    button.click()
    body = person.find("body")
    person.until(
        lambda: button.is_enabled() and not body.get_attribute("aria-busy"), 120
    )
    return person.find("#status").text or person.find("#error p").text


def saved(person, downloads):
    person.choose_format(".png")
    person.find("#save").click()
    path = downloads("a_bokeh.png")
    picture = images.read(path).pixels
    path.unlink()
    return picture


def keras_picture(pynet, photo, disparity, focus=None, radius=None):
    """As darkroom.render draws it, of the photo's size."""

    def draw(inputs):
        return pynet(inputs, training=False).numpy()

    limit = 2 * HEIGHT, 2 * WIDTH
    return 255 * network.Network(draw, limit, radius=radius)(photo, disparity, focus)


@pytest.mark.parametrize(
    "size", [(96, 160), (90, 151), (300, 400)], ids=["fits", "smaller", "larger"]
)
def test_the_picture_is_keras_within_two_steps(
    visit, port, pynet, downloads, tmp_path, size
):
    photo, near = scene(*size)
    person = visit(f"http://127.0.0.1:{port}")
    give(person, tmp_path, photo, near)
    assert "thread" in run(person)
    picture = saved(person, downloads)
    expected = keras_picture(pynet, photo, pixels.to_float(near))
    assert picture.shape == expected.shape
    assert np.ptp(expected) > 100  # no grey area, which would be right in any case
    off = np.abs(picture - expected)
    # where it is enlarged, inputs a step apart have sharpness a little apart
    assert off.max() <= (2 if size[0] <= 2 * HEIGHT else 5)
    assert off.mean() < 0.6


@pytest.mark.parametrize("size", [(128, 192), (300, 400)], ids=["fits", "larger"])
def test_a_network_that_is_told_the_focus(
    visit, serve, files, pynet, downloads, tmp_path, size
):
    """At the focus that the page shows, and the photo's own detail there."""
    told = tmp_path / "told.tflite"
    words = {"weights": {"radius": 30.0}}
    told.write_bytes(card.stamp(files["pynet"].read_bytes(), words))
    photo, near = scene(*size)
    person = visit(f"http://127.0.0.1:{serve(network=told)}")
    give(person, tmp_path, photo, near)
    said = float(re.search(r"nearness (0\.\d+)", person.find("#status").text)[1])
    run(person)
    picture = saved(person, downloads)
    disparity = pixels.to_float(near)

    def off(focus):
        drawn = keras_picture(pynet, photo, disparity, focus, 30.0)
        return np.percentile(np.abs(picture - drawn), 99)

    # the focus is said in two digits only
    assert min(map(off, np.linspace(said - 0.005, said + 0.005, 11))) <= 3
    assert off(said - 0.1) > 10


def test_what_was_drawn_is_shown_till_the_lens_draws_again(
    visit, port, pynet, tmp_path
):
    photo, near = scene(128, 192)
    person = visit(f"http://127.0.0.1:{port}")
    give(person, tmp_path, photo, near)
    lens = person.picture()
    run(person)
    person.until(lambda: person.picture() != lens)
    expected = keras_picture(pynet, photo, pixels.to_float(near))
    assert np.abs(expected[64, 96] - person.pixel(0.5, 0.5)).max() <= 2
    person.changes(lambda: person.choose("view", "depth"))
    person.says("white is in focus")
    person.changes(lambda: person.choose("view", "after"))
    person.says("pynet.tflite")
    assert np.abs(expected[64, 96] - person.pixel(0.5, 0.5)).max() <= 2
    # The lens's controls would change nothing that is seen: they are off.
    assert not person.find("#amount").is_enabled()
    assert not person.find("[name=tool]").is_enabled()
    assert "pynet.tflite" in person.find("#drawn-said").text
    person.changes(lambda: person.find("#to-lens").click())
    person.says("Focus")
    assert person.find("#amount").is_enabled()
    assert not person.find("#drawn").is_displayed()
    assert np.abs(expected[64, 96] - person.pixel(0.5, 0.5)).max() > 2


def test_nothing_is_asked_of_the_server_but_files_and_those_once(
    visit, port, asked, tmp_path
):
    photo, near = scene(128, 192)
    person = visit(f"http://127.0.0.1:{port}")
    give(person, tmp_path, photo, near)
    asked.clear()
    run(person)
    litert, others = [], []
    for path in asked:
        (litert if path.startswith("/litert/") else others).append(path)
    scripts = ["/guided.js", "/light.js", "/resample.js", "/tensors.js", "/worker.js"]
    assert sorted(others) == sorted(["/network/bokeh", *scripts])
    assert {"/litert/index.js", "/litert/litert_wasm_threaded_internal.wasm"} < set(
        litert
    )
    asked.clear()
    run(person)
    assert asked == []


def test_a_depth_network_runs_there_too(
    visit, port, pynet, depth_network, downloads, tmp_path, monkeypatch
):
    # it has seen the whole photo, in sides of its own
    monkeypatch.setattr(network, "_check_proportions", lambda *_: None)
    photo, near = scene(128, 192)
    person = visit(f"http://127.0.0.1:{port}")
    give(person, tmp_path, photo, near)
    person.find("#network-depth").send_keys(" ")  # by keyboard
    assert "pynet.tflite" in run(person)
    picture = saved(person, downloads)
    small = pixels.to_float(pixels.resize_to(photo, DEPTH_SIZE))
    found = depth_network(small[None], training=False).numpy()[0, ..., 0]
    expected = keras_picture(pynet, photo, scaling.stretched(found))
    other = keras_picture(pynet, photo, pixels.to_float(near))
    assert np.abs(expected - other).max() > 10  # the depth matters
    assert np.abs(picture - expected).max() <= 2


def test_pictures_change_their_size_as_in_python(visit, port):
    person = visit(f"http://127.0.0.1:{port}")
    rng = np.random.default_rng(0)
    for size, to in (((30, 41), (13, 41)), ((9, 7), (23, 20)), ((16, 10), (8, 5))):
        values = rng.integers(0, 256, (*size, 3), np.uint8)
        found = person.driver.execute_async_script(
            """
            const [bytes, [height, width], to, tell] = arguments;
            const values = Uint8ClampedArray.from(bytes);
            import("./resample.js").then(({ resize }) =>
              tell([...resize({ values, height, width, channels: 3 }, to).values]));
            """,
            values.ravel().tolist(),
            size,
            to,
        )
        difference = np.array(found) - pixels.resize_to(values, to).ravel()
        assert np.abs(difference).max() <= 1  # Pillow's parts have 22 bits
        assert np.abs(difference).mean() < 0.01


def refusal(visit, serve, tmp_path, **more):
    """What the page says in its place for errors."""
    person = visit(f"http://127.0.0.1:{serve(**more)}")
    give(person, tmp_path, *scene(128, 192))
    run(person)
    assert person.find("#error").is_displayed()
    assert person.find("#status").text == ""
    return person.find("#error p").text


def test_another_network_is_refused(visit, serve, files, tmp_path):
    said = refusal(visit, serve, tmp_path, network=files["depth"])
    assert said == (
        "depth.tflite turns 1x40x72x3 into 1x40x72x1; expected an exported PyNET: "
        "photo and depth 1xHxWx4 in, a picture out."
    )


def test_a_cut_file_is_refused(visit, serve, files, tmp_path):
    cut = tmp_path / "cut.tflite"
    cut.write_bytes(files["pynet"].read_bytes()[:5000])
    said = refusal(visit, serve, tmp_path, network=cut)
    assert said.startswith("cut.tflite could not be run in this browser (")


def test_a_network_without_room_is_refused(visit, serve, files, tmp_path):
    said = refusal(visit, serve, tmp_path, network=files["large"])
    assert "room for large.tflite" in said
    assert said.endswith("export it with a smaller --size.")


def test_without_litert_js_the_command_is_named(
    visit, serve, files, tmp_path, monkeypatch
):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "none"))
    said = refusal(visit, serve, tmp_path, network=files["pynet"])
    assert "python -m darkroom.page fetch" in said


def test_a_format_that_browsers_do_not_write_is_refused(visit, port, tmp_path):
    person = visit(f"http://127.0.0.1:{port}")
    give(person, tmp_path, *scene(128, 192))
    run(person)
    person.choose_format(".tif")
    person.find("#save").click()
    person.until(lambda: person.find("#error").is_displayed())
    assert "no TIFF; choose PNG" in person.find("#error p").text
