"""Pairs and training samples against a plain reading of what they should be."""

import dataclasses

import decoding_counter
import numpy as np
import pytest

from darkroom.io import images
from darkroom.scenes import dataset
from darkroom.train import cache
from darkroom.train import data as streams
from monodepth import data, stereo_pairs

SIZE = (16, 32)


def write_pairs(folder, count=3, height=32, width=64):
    """Pairs of noise in left/ and right/, as written: `[count, 2, H, W, 3]` uint8."""
    random = np.random.default_rng(count)
    written = random.integers(0, 256, (count, 2, height, width, 3), np.uint8)
    for number, views in enumerate(written):
        for side, picture in zip(("left", "right"), views, strict=True):
            images.write(folder / side / f"{number}.png", picture)
    return written


def halved(picture):
    height, width = (side // 2 for side in picture.shape[:2])
    return picture.reshape(height, 2, width, 2, 3).mean((1, 3)) / 255


def test_a_full_pair_is_averaged_over_areas(tmp_path):
    """Catches left and right in the wrong order, and a picture that is thinned out."""
    written = write_pairs(tmp_path)
    pair = stereo_pairs.find(tmp_path)[1]
    picture, both = data.full_pair(pair, SIZE)
    assert picture.dtype == both.dtype == np.float32
    expected = np.concatenate([halved(view) for view in written[1]], axis=-1)
    np.testing.assert_allclose(both, expected, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(picture, both[..., :3])
    sees_both, _ = data.full_pair(pair, SIZE, stereo=True)
    np.testing.assert_array_equal(sees_both, both)


def test_areas_of_a_fraction_are_the_originals(golden, tmp_path, monkeypatch):
    """37 x 53 to 20 x 31: catches any other way of making pictures smaller."""
    picture = golden.numbers["area_in"][0]
    expected = golden.numbers["area_out_20x31"][0]
    monkeypatch.setattr(images, "pixels_of", lambda path: picture)
    pair = stereo_pairs.Pair(tmp_path / "l.png", tmp_path / "r.png", tmp_path)
    found, _ = data.read(pair, (20, 31))
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-6)


def test_cityscapes_loses_its_lower_fifth(tmp_path):
    """Catches a cut at the top, and one after the resizing."""
    written = write_pairs(tmp_path, height=40)
    pair = stereo_pairs.find(tmp_path, cut=stereo_pairs.CUT["cityscapes"])[0]
    left, _ = data.read(pair, SIZE)
    np.testing.assert_allclose(left, halved(written[0, 0, :32]), rtol=0, atol=1e-6)
    assert stereo_pairs.find(tmp_path, cut=stereo_pairs.CUT["kitti"])[0].cut == 0


def test_samples_are_the_augmented_pairs(tmp_path):
    """Catches an augmentation of one picture, or of the input and not the truth."""
    write_pairs(tmp_path)
    pairs = stereo_pairs.find(tmp_path)
    samples = data.train_sample(pairs, SIZE, seed=5)
    changed = 0
    for index in range(12):
        picture, both = samples(index)
        left, right = data.read(samples.pair(index), SIZE)
        expected = data.augmented(left, right, streams.rng(5, index))
        np.testing.assert_array_equal(both, np.concatenate(expected, axis=-1))
        np.testing.assert_array_equal(picture, both[..., :3])
        changed += not np.array_equal(left, picture)
    assert changed > 3
    plain = data.train_sample(pairs, SIZE, seed=5, stereo=True, augment=False)
    picture, both = plain(4)
    np.testing.assert_array_equal(picture, both)
    np.testing.assert_array_equal(both, data.full_pair(plain.pair(4), SIZE)[1])


@pytest.mark.parametrize("stereo", [False, True])
def test_samples_in_tf_data_equal_eager_ones_and_resume(tmp_path, stereo):
    """Catches chance from elsewhere than the index, and shapes that are not true."""
    write_pairs(tmp_path)
    samples = data.train_sample(
        stereo_pairs.find(tmp_path), SIZE, seed=2, stereo=stereo
    )
    assert samples.shapes == ((16, 32, 6 if stereo else 3), (16, 32, 6))
    stream = streams.stream(samples, 2, start=2, stop=8)
    for number, batch in enumerate(streams.iterate(stream), 1):
        for place in range(2):
            eager = samples(2 * number + place)
            for array, expected in zip(batch, eager, strict=True):
                np.testing.assert_array_equal(array[place], expected)
    assert number == 3


def test_an_epoch_shows_every_pair_once(tmp_path):
    write_pairs(tmp_path, count=5)
    samples = data.train_sample(stereo_pairs.find(tmp_path), SIZE, seed=1)
    for epoch in range(3):
        seen = {samples.pair(5 * epoch + place).left.stem for place in range(5)}
        assert seen == {"0", "1", "2", "3", "4"}


def test_lists_of_the_folder_are_found(tmp_path):
    """Catches held-out pairs that are trained on."""
    write_pairs(tmp_path, count=4)
    assert len(stereo_pairs.find(tmp_path)) == 4
    assert stereo_pairs.held_out(tmp_path) == []
    (tmp_path / "train.txt").write_text(
        "left/2.png right/2.png\nleft/0.png right/0.png"
    )
    (tmp_path / "test.txt").write_text("left/3.png right/3.png")
    (tmp_path / "own.txt").write_text("left/1.png right/1.png")
    own = str(tmp_path / "own.txt")
    found = [stereo_pairs.find(tmp_path), stereo_pairs.held_out(tmp_path)]
    found += [stereo_pairs.find(tmp_path, own), stereo_pairs.held_out(tmp_path, own)]
    stems = [[pair.left.stem for pair in pairs] for pairs in found]
    assert stems == [["2", "0"], ["3"], ["1"], ["1"]]
    assert found[0][0].folder == tmp_path
    assert found[0][0].right == tmp_path / "right" / "2.png"


def test_generated_scenes_are_read(tmp_path, monkeypatch):
    """The folder, made small here: catches another layout, or split, than is read."""
    asked = []

    def generate(recipe, output):
        asked.append((recipe.layout, recipe.size, output))
        small = dataclasses.replace(recipe, train=2, test=1, size="32x64")
        return whole(small, tmp_path / "stereo", workers=1)

    whole = dataset.generate
    monkeypatch.setattr(dataset, "generate", generate)
    folder = stereo_pairs.generated()
    assert asked == [("stereo", stereo_pairs.GENERATED_SIZE, stereo_pairs.GENERATED)]
    assert [pair.left.stem for pair in stereo_pairs.find(folder)] == ["0", "1"]
    assert [pair.left.stem for pair in stereo_pairs.held_out(folder)] == ["2"]
    left, right = data.read(stereo_pairs.find(folder)[0], SIZE)
    assert not np.array_equal(left, right)


def test_pairs_of_unequal_size_are_refused(tmp_path):
    write_pairs(tmp_path)
    images.write(tmp_path / "right" / "1.png", np.zeros((32, 60, 3), np.uint8))
    pairs = stereo_pairs.find(tmp_path)
    data.read(pairs[0], SIZE)
    said = r"right.1\.png is 32x60, its left picture .*left.1\.png is 32x64; the two"
    with pytest.raises(ValueError, match=said):
        data.read(pairs[1], SIZE)


def test_photos_smaller_than_the_networks_are_refused(tmp_path):
    write_pairs(tmp_path, height=15)
    said = r"0\.png is 15x64, smaller than the network's 16x32; .* smaller --size"
    with pytest.raises(ValueError, match=said):
        data.full_pair(stereo_pairs.find(tmp_path)[0], SIZE)
    with pytest.raises(ValueError, match=r"15x64, .*12x65"):
        data.full_pair(stereo_pairs.find(tmp_path)[0], (12, 65))
    with pytest.raises(ValueError, match=r"is 12x64, smaller"):  # once it was cut
        data.full_pair(stereo_pairs.find(tmp_path, cut=0.2)[0], (13, 64))


def test_a_broken_picture_is_named_through_tf_data(tmp_path):
    write_pairs(tmp_path, count=1)
    samples = data.train_sample(stereo_pairs.find(tmp_path), SIZE)
    (tmp_path / "right" / "0.png").write_bytes(b"\x89PNG")
    with pytest.raises(ValueError, match=r"right.0\.png"):
        next(streams.iterate(streams.stream(samples, 1)))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere: there is no such folder"):
        stereo_pairs.find(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="nowhere: there is no such folder"):
        stereo_pairs.held_out(tmp_path / "nowhere", "list.txt")


def test_a_cache_changes_no_sample(tmp_path, monkeypatch):
    write_pairs(tmp_path)
    pairs, decoded = stereo_pairs.find(tmp_path), cache.Cache(str(tmp_path / "cache"))
    plain, cached = (
        data.train_sample(pairs, SIZE, 4, decoded=each)
        for each in (cache.NONE, decoded)
    )
    decoding_counter.check(monkeypatch, plain, cached, 3)
