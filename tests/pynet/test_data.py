"""EBB! patches against a plain reading of the data set's own description."""

import pathlib

import decoding_counter
import numpy as np
import pytest
from PIL import Image

from darkroom import pixels
from darkroom.io import images
from darkroom.train import cache
from darkroom.train import data as streams
from pynet import data, windows

SPLIT = "train"
BICUBIC = Image.Resampling.BICUBIC


def write_scene(
    folder: pathlib.Path,
    name: str = "3",
    height: int = 192,
    width: int = 330,
    depth: str = "half",
    kind: type = np.uint8,
) -> None:
    """A scene whose depth map is the photo's red channel, and its bokeh the negative.

    So the same place can be told in all three.
    """
    generator = np.random.Generator(np.random.PCG64(int(name)))
    coarse = generator.integers(30, 225, (height // 6 + 1, width // 6 + 1, 3))
    photo = np.kron(coarse.astype(np.uint8), np.ones((6, 6, 1), np.uint8))
    photo = photo[:height, :width]
    halved = pixels.resize(photo, 0.5)
    red = {"half": halved, "full": photo}[depth][..., 0]
    if kind is np.uint16:
        red = red.astype(np.uint16) * 257
    for part, content in (
        ("original/{}.png", photo),  # PNG, so that numbers stay what they are
        ("original_depth/{}.png", red),
        ("bokeh/{}.png", 255 - photo),
    ):
        images.write(folder / SPLIT / part.format(name), content)


def patches(folder: pathlib.Path, level: int = 1, patch_size: int = 64, seed: int = 4):
    return data.train_sample(data.pairs(folder, SPLIT), level, patch_size, seed)


def reference(folder: pathlib.Path, level: int, size: int, index: int, seed: int):
    """The data sheet's four steps, one by one, on whole pictures."""
    pair = data.pairs(folder, SPLIT)
    pair = pair[streams.order(index, len(pair), seed)]
    photo, bokeh = Image.open(pair.photo), Image.open(pair.bokeh)
    depth = np.asarray(Image.open(pair.depth))
    halved = photo.resize((int(photo.width * 0.5), int(photo.height * 0.5)), BICUBIC)
    halved = np.asarray(halved)
    height, width = (side - side % 32 for side in halved.shape[:2])
    chance = streams.rng(seed, index)
    x = chance.integers(height - size + 1)
    y = chance.integers(width - size + 1)
    turns, flip = chance.integers(4), chance.integers(2)
    source = np.dstack([halved, depth])[x : x + size, y : y + size] / 255
    cut = np.asarray(bokeh)[2 * x : 2 * x + 2 * size, 2 * y : 2 * y + 2 * size]
    f = 2 ** -(level - 1)
    cut = Image.fromarray(cut)
    target = np.asarray(cut.resize((int(cut.width * f), int(cut.height * f)), BICUBIC))
    source, target = np.rot90(source, turns), np.rot90(target / 255, turns)
    return (source[::-1], target[::-1]) if flip else (source, target)


@pytest.mark.parametrize("level", range(1, 8))
def test_patches_equal_the_description(tmp_path, level):
    """Catches: a target resized before it is cut, another filter, a size rounded up."""
    for name in ("2", "10"):
        write_scene(tmp_path, name)
    sample = patches(tmp_path, level)
    for index in range(6):
        source, target = sample(index)
        expected = reference(tmp_path, level, 64, index, seed=4)
        assert (source.shape, target.shape) == sample.shapes
        np.testing.assert_allclose(source, expected[0], rtol=1e-6)
        np.testing.assert_allclose(target, expected[1], rtol=1e-6)


@pytest.mark.parametrize(("height", "width"), [(193, 330), (192, 331), (131, 165)])
def test_odd_photos_are_halved_as_a_whole(tmp_path, height, width):
    """Catches: the shortcut of halving a window, where the scale is not exactly 2."""
    write_scene(tmp_path, height=height, width=width)
    for index in range(4):
        source, target = patches(tmp_path)(index)
        expected = reference(tmp_path, 1, 64, index, seed=4)
        np.testing.assert_allclose(source, expected[0], rtol=1e-6)
        np.testing.assert_allclose(target, expected[1], rtol=1e-6)


def test_photos_that_are_jpegs_are_read_as_pillow_reads_them(tmp_path):
    """Catches: a decoder with another inverse DCT."""
    write_scene(tmp_path)
    for part in ("original", "bokeh"):
        path = tmp_path / SPLIT / part / "3.png"
        Image.open(path).save(path.with_suffix(".jpg"), quality=90)
        path.unlink()
    expected = reference(tmp_path, 3, 64, 1, seed=4)
    for value, truth in zip(patches(tmp_path, 3)(1), expected, strict=True):
        np.testing.assert_allclose(value, truth, rtol=1e-6)


def place_errors(source: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """How far depth and target are from the place of the photo (see write_scene)."""
    depth = np.abs(source[..., 3] - source[..., 0]).mean()
    halved = pixels.resize_to(1 - target, source.shape[:2])
    return float(depth), float(np.abs(halved - source[..., :3]).mean())


@pytest.mark.parametrize("depth", ["half", "full"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_depth_and_target_are_of_the_same_place(tmp_path, depth, kind, monkeypatch):
    """Catches: depth of another window, unturned, or scaled wrongly; its broken twin
    leaves the depth unturned and is told apart."""
    write_scene(tmp_path, depth=depth, kind=kind)
    sample = patches(tmp_path)
    for index in range(12):
        depth_error, target_error = place_errors(*sample(index))
        assert depth_error < 0.002
        assert target_error < 0.01

    turn = windows.turned
    monkeypatch.setattr(
        windows, "turned", lambda p, *how: p if p.ndim == 2 else turn(p, *how)
    )
    assert max(place_errors(*sample(index))[0] for index in range(12)) > 0.1


def test_all_eight_turns_and_all_places_occur(tmp_path):
    """Catches: a flip or turn never taken, and patches from the top or left only."""
    write_scene(tmp_path, height=256, width=384)
    sample = patches(tmp_path, patch_size=32)
    whole, _ = data.full_picture(sample.pairs[0], 1)
    found, rows, columns = set(), set(), set()
    for index in range(60):
        source = sample(index)[0]
        for turns in range(4):
            for flip in (False, True):
                back = np.rot90(source[::-1] if flip else source, -turns)
                window = np.lib.stride_tricks.sliding_window_view(
                    whole[..., 0], (32, 32)
                )
                close = np.abs(window[..., ::8, ::8] - back[::8, ::8, 0]).max((2, 3))
                for row, column in np.argwhere(close < 1e-6):
                    if np.array_equal(
                        whole[row : row + 32, column : column + 32], back
                    ):
                        found.add((turns, flip))
                        rows.add(row)
                        columns.add(column)
    assert len(found) == 8
    assert min(rows) < 20
    assert max(rows) > 128 - 32 - 20
    assert min(columns) < 20
    assert max(columns) > 192 - 32 - 20


def test_the_same_index_is_the_same_sample_and_the_next_another(tmp_path):
    write_scene(tmp_path)
    sample = patches(tmp_path)
    np.testing.assert_array_equal(sample(3)[0], sample(3)[0])
    assert (sample(3)[0] != sample(4)[0]).any()
    assert (sample(3)[0] != patches(tmp_path, seed=5)(3)[0]).any()


def test_tf_data_gives_what_a_call_gives(tmp_path):
    for name in ("1", "2", "3"):
        write_scene(tmp_path, name)
    sample = patches(tmp_path, level=3)
    for first, (source, target) in enumerate(
        streams.iterate(streams.stream(sample, 2, 1, 7))
    ):
        assert source.shape == (2, 64, 64, 4)
        assert target.shape == (2, 32, 32, 3)
        for i in range(2):
            expected = sample(1 + 2 * first + i)
            np.testing.assert_array_equal(source[i], expected[0])
            np.testing.assert_array_equal(target[i], expected[1])


def test_a_sample_names_its_files(tmp_path):
    for name in ("1", "2", "3"):
        write_scene(tmp_path, name)
    sample = patches(tmp_path)
    assert sorted(sample.pair(index).name for index in range(3)) == ["1", "2", "3"]
    (tmp_path / SPLIT / "bokeh" / f"{sample.pair(2).name}.png").write_bytes(b"\x89PNG")
    sample(1)
    with pytest.raises(ValueError, match=f"{sample.pair(2).name}.png"):
        sample(2)


@pytest.mark.parametrize("level", [1, 4, 7])
def test_a_full_picture_is_cut_to_multiples_of_32(tmp_path, level):
    write_scene(tmp_path, height=192, width=330)
    source, target = data.full_picture(data.pairs(tmp_path, SPLIT)[0], level)
    assert source.shape == (96, 160, 4)
    scale = 2 ** (level - 1)
    assert target.shape == (192 // scale, 320 // scale, 3)
    assert source.dtype == target.dtype == np.float32
    bokeh = Image.open(tmp_path / SPLIT / "bokeh" / "3.png").crop((0, 0, 320, 192))
    expected = bokeh.resize((320 // scale, 192 // scale), BICUBIC)
    np.testing.assert_array_equal(pixels.to_uint8(target), expected)
    assert np.abs(source[..., 3] - source[..., 0]).max() < 1e-6


def test_scenes_are_sorted_by_number(tmp_path):
    """Catches: 10 before 9."""
    for name in ("10", "9", "100"):
        write_scene(tmp_path, name)
    (tmp_path / SPLIT / "bokeh" / ".DS_Store").touch()
    assert [pair.name for pair in data.pairs(tmp_path, SPLIT)] == ["9", "10", "100"]
    assert data.pairs(tmp_path, SPLIT)[1].depth.name == "10.png"


def test_a_folder_that_is_missing_or_empty_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"train.original: there is no such folder"):
        data.pairs(tmp_path, SPLIT)
    write_scene(tmp_path)
    depth = tmp_path / SPLIT / "original_depth"
    (depth / "3.png").unlink()
    with pytest.raises(
        ValueError, match=r"original_depth: there is no picture.*N\.png"
    ):
        data.pairs(tmp_path, SPLIT)
    depth.rmdir()
    with pytest.raises(ValueError, match=r"original_depth: there is no such folder"):
        data.pairs(tmp_path, SPLIT)


def test_unequal_names_are_told_up_to_three(tmp_path):
    for name in ("1", "2", "3", "10", "11"):
        write_scene(tmp_path, name)
    for name in ("2", "10", "11", "3"):
        (tmp_path / SPLIT / "bokeh" / f"{name}.png").unlink()
    said = r"bokeh: it holds 1 of 5 scenes; missing are 2, 3, 10 and 1 more"
    with pytest.raises(ValueError, match=said):
        data.pairs(tmp_path, SPLIT)


def test_a_photo_smaller_than_the_patch_is_refused(tmp_path):
    write_scene(tmp_path)
    with pytest.raises(ValueError, match=r"192x330, too small .* 128 .* 256x256"):
        patches(tmp_path, patch_size=128)(0)
    write_scene(tmp_path, height=60)
    with pytest.raises(ValueError, match=r"60x330; expected at least 64x64"):
        data.full_picture(data.pairs(tmp_path, SPLIT)[0], 1)


def test_levels_and_patch_sizes_out_of_range_are_refused(tmp_path):
    write_scene(tmp_path)
    for level in (0, 8):
        with pytest.raises(ValueError, match=f"level is {level}; expected 7"):
            patches(tmp_path, level=level)
    for size in (0, 48):
        with pytest.raises(ValueError, match=f"patch_size is {size}; expected a mult"):
            patches(tmp_path, patch_size=size)


def test_a_depth_of_the_stored_pixels_turns_with_its_photo(tmp_path):
    """Catches a photo that EXIF turns, beside a depth map that nothing turns."""
    write_scene(tmp_path)
    (pair,) = data.pairs(tmp_path, SPLIT)
    before = data.full_picture(pair, 7)[0]
    with Image.open(pair.photo) as image:
        lying = image.transpose(Image.Transpose.ROTATE_90)
    tags = Image.Exif()
    tags[0x0112] = 6
    lying.save(pair.photo, exif=tags)
    with Image.open(pair.depth) as image:
        lying = image.transpose(Image.Transpose.ROTATE_90)
    lying.save(pair.depth)
    np.testing.assert_array_equal(data.full_picture(pair, 7)[0], before)


@pytest.mark.parametrize("depth", ["half", "full"])
def test_a_cache_changes_no_sample(tmp_path, monkeypatch, depth):
    for name in "123":
        write_scene(tmp_path, name, depth=depth, kind=np.uint16)
    pairs, decoded = data.pairs(tmp_path, SPLIT), cache.Cache(str(tmp_path / "cache"))
    plain, cached = (
        data.train_sample(pairs, 3, 64, 4, augment=True, decoded=each)
        for each in (cache.NONE, decoded)
    )
    decoding_counter.check(monkeypatch, plain, cached, 3)
