"""Training samples against plain readings of the papers' data descriptions."""

import dataclasses

import decoding_counter
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.data import encoding, folders, samples
from darkroom.io import images
from darkroom.train import cache
from darkroom.train import data as streams

SMALL = samples.SampleSpec(load=(24, 30), size=(16, 20))


def noise(number, size=(40, 50)):
    """Coarse noise, so that places can be told in all its sizes."""
    rng = np.random.Generator(np.random.PCG64(number))
    coarse = rng.integers(20, 236, (size[0] // 5, size[1] // 5, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((5, 5, 1), np.uint8))


@pytest.fixture
def domains(tmp_path):
    """Three pictures of A, four of B; a mask is where its picture's red is high."""
    for letter, count in (("A", 3), ("B", 4)):
        for number in range(count):
            picture = noise(10 * number + ord(letter))
            images.write(tmp_path / f"train{letter}" / f"{number}.png", picture)
            mask = np.where(picture[..., 0] > 128, 255, 0).astype(np.uint8)
            images.write(tmp_path / f"train{letter}_mask" / f"{number}.png", mask)
    return folders.domains(tmp_path, "train")


@pytest.fixture
def depth_pairs(tmp_path):
    """Depth maps of 10 m times the photo's red."""
    for number in range(3):
        photo = noise(number)
        images.write(tmp_path / "train" / "photo" / f"{number}.png", photo)
        depth = encoding.millimetres(photo[..., 0] / 25.5)
        images.write(tmp_path / "train" / "depth" / f"{number}.png", depth)
    return folders.pairs(tmp_path, "train")


def test_a_sample_is_what_the_paper_describes(domains):
    """Catches: B cut like A, pictures left in [0, 1], the order of A used for B."""
    sample = samples.Unpaired(*domains, SMALL, seed=7)
    for index in range(6):
        rng = streams.rng(7, index)
        for found, picture in zip(sample(index), sample.pictures(index), strict=True):
            top, left = rng.integers(24 - 16 + 1), rng.integers(30 - 20 + 1)
            turned = rng.integers(2)
            image = Image.open(picture.path).resize((30, 24), Image.Resampling.BICUBIC)
            part = np.asarray(image)[top : top + 16, left : left + 20]
            part = part[:, ::-1] if turned else part
            np.testing.assert_allclose(found, part / 127.5 - 1, atol=1e-6)
            assert found.dtype == np.float32


def test_masks_go_with_their_pictures(domains):
    """Catches: a mask of another window, unmirrored, or of the other domain; its
    broken twin takes the masks of another sample."""
    sample = samples.Unpaired(*domains, SMALL, masks=True)

    def apart(pictures, masks):
        return [
            np.mean((mask[..., 0] > 0) != (picture[..., 0] > 0))
            for picture, mask in zip(pictures, masks, strict=True)
        ]

    for index in range(8):
        a, b, mask_a, mask_b = sample(index)
        assert tuple(part.shape for part in (a, b, mask_a, mask_b)) == sample.shapes
        assert set(np.unique(mask_a)) == {0, 1}
        assert max(apart((a, b), (mask_a, mask_b))) < 0.12
        assert min(apart((a, b), sample(index + 1)[2:])) > 0.2


def test_b_meets_another_a_in_each_epoch(tmp_path):
    """Catches: both domains in one order, which pairs the k-th with the k-th."""
    a, b = ([folders.Picture(tmp_path / f"{n}{x}") for n in range(8)] for x in "ab")
    sample = samples.Unpaired(a, b, SMALL)
    met = [sample.pictures(index) for index in range(8 * 20)]
    for first in range(0, len(met), 8):
        epoch = met[first : first + 8]
        assert {x for x, _ in epoch} == set(a)
        assert {y for _, y in epoch} == set(b)
    partners = {(x.path.name[0], y.path.name[0]) for x, y in met}
    assert len(partners) > 40


def test_input_and_target_are_of_one_place(depth_pairs):
    """Catches: two windows for one pair; its broken twin mirrors the target."""
    spec = samples.SampleSpec((24, 30), (16, 20), encoding=encoding.Encoding())
    sample = samples.Paired(depth_pairs, spec)
    for index in range(8):
        photo, depth = sample(index)
        assert (photo.shape, depth.shape) == sample.shapes == ((16, 20, 3), (16, 20, 3))
        assert np.abs(depth - photo[..., :1]).mean() < 0.02
        assert np.abs(depth[:, ::-1] - photo[..., :1]).mean() > 0.2


def test_three_channels_of_depth_are_equal(depth_pairs):
    spec = samples.SampleSpec((16, 20), (16, 20), encoding=encoding.Encoding())
    for found in (
        samples.Paired(depth_pairs, spec)(2)[1],
        samples.Unpaired([depth_pairs[0][0]], [depth_pairs[0][1]], spec)(2)[1],
    ):
        assert found.shape == (16, 20, 3)
        np.testing.assert_array_equal(found, found[..., :1].repeat(3, -1))


def test_side_by_side_pairs_are_told_apart(tmp_path):
    left, right = noise(1), noise(2)
    images.write(tmp_path / "train" / "1.png", np.hstack([left, right]))
    pairs = folders.pairs(tmp_path, "train")
    a, b = samples.whole_pair(pairs[0], samples.SampleSpec((40, 50), (40, 50)))
    np.testing.assert_allclose(a, left / 127.5 - 1, atol=1e-6)
    np.testing.assert_allclose(b, right / 127.5 - 1, atol=1e-6)


def test_the_same_index_is_the_same_sample_and_the_next_another(domains):
    sample = samples.Unpaired(*domains, SMALL, masks=True)
    for one, other in zip(sample(3), sample(3), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (sample(3)[0] != sample(4)[0]).any()
    assert (sample(3)[0] != samples.Unpaired(*domains, SMALL, seed=1)(3)[0]).any()


def test_tf_data_gives_what_a_call_gives(domains, depth_pairs):
    spec = samples.SampleSpec((24, 30), (16, 20), encoding=encoding.Encoding())
    for sample in (
        samples.Unpaired(*domains, SMALL, masks=True),
        samples.Paired(depth_pairs, spec),
    ):
        stream = streams.stream(sample, batch_size=2, start=1, stop=5)
        for first, batch in enumerate(streams.iterate(stream)):
            for i in range(2):
                expected = sample(1 + 2 * first + i)
                for found, truth in zip(batch, expected, strict=True):
                    np.testing.assert_array_equal(found[i], truth)


def test_whole_pictures_are_brought_to_the_size(domains, depth_pairs):
    picture = domains[0][0]
    image = Image.open(picture.path).resize((20, 16), Image.Resampling.BICUBIC)
    found = samples.whole_picture(picture, (16, 20))
    np.testing.assert_allclose(found, np.asarray(image) / 127.5 - 1, atol=1e-6)
    mask = samples.whole_mask(picture, (40, 50))
    np.testing.assert_array_equal(mask[..., 0], noise(ord("A"))[..., 0] > 128)
    depth = samples.whole_picture(depth_pairs[0][1], (40, 50), encoding.Encoding())
    assert depth.shape == (40, 50, 3)


def test_pairs_of_unequal_size_are_named(tmp_path):
    images.write(tmp_path / "train" / "A" / "1.png", np.zeros((8, 8, 3), np.uint8))
    images.write(tmp_path / "train" / "B" / "1.png", np.zeros((8, 9, 3), np.uint8))
    sample = samples.Paired(folders.pairs(tmp_path, "train"), SMALL)
    with pytest.raises(ValueError, match=r"1\.png is 8x9, its partner .* is 8x8; the"):
        sample(0)


def test_masks_to_be_made_need_the_network_at_once(tmp_path, domains, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    samples.Unpaired(*domains, SMALL, masks=True)
    with pytest.raises(ValueError, match=r"it once: python -m darkroom\.subjects"):
        samples.Unpaired(domains[0], [folders.Picture(tmp_path / "1.png")], masks=True)


def test_crops_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="crops of 256x256 do not fit"):
        samples.SampleSpec(load=(128, 128))


def test_the_generated_data_sets_have_the_layouts(tmp_path, monkeypatch):
    from darkroom.scenes import dataset

    asked = {}
    monkeypatch.setattr(
        dataset, "generate", lambda recipe, to: asked.setdefault(recipe.layout, to)
    )
    for task, folder in samples.GENERATED.items():
        assert samples.generated_scenes(task) == folder
    assert set(asked) == {"portrait", "depth"}


@pytest.mark.parametrize("layout", ["portrait", "depth"])
def test_generated_scenes_become_samples(tmp_path, layout):
    """Catches: folders of other names in darkroom.scenes than are looked for here."""
    from darkroom.scenes import layouts, recipes

    recipe = recipes.Recipe(layout, 1, 1, "32x32")
    for place, make in layouts.files(recipe, "train", 0).items():
        images.write(tmp_path / place, make())
    if layout == "portrait":
        a, b = folders.domains(tmp_path, "train")
        sample = samples.Unpaired(
            a, b, samples.SampleSpec((32, 32), (32, 32)), masks=True
        )
        assert 0.08 < sample(0)[2].mean() < 0.6
    else:
        spec = samples.SampleSpec((32, 32), (32, 32), encoding=encoding.Encoding())
        depth = samples.Paired(folders.pairs(tmp_path, "train"), spec)(0)[1]
        assert -1 < depth.min() < -0.5  # something nearer than 2.5 m


def test_a_cache_changes_no_sample(tmp_path, monkeypatch, domains):
    """Nor a mask; of as many pictures of A as of B, so that both end an epoch."""
    a, b = domains[0], domains[1][:3]
    plain, cached = (
        samples.Unpaired(a, b, SMALL, masks=True, seed=7, decoded=each)
        for each in (cache.NONE, cache.Cache(str(tmp_path / "cache")))
    )
    decoding_counter.check(monkeypatch, plain, cached, 3)


def test_a_cache_changes_no_pair(tmp_path, monkeypatch, depth_pairs):
    metres = dataclasses.replace(SMALL, encoding=encoding.Encoding())
    plain, cached = (
        samples.Paired(depth_pairs, metres, 7, each)
        for each in (cache.NONE, cache.Cache(str(tmp_path / "cache")))
    )
    decoding_counter.check(monkeypatch, plain, cached, 3)
