"""Photo textures: whose they are, and what they hold."""

import numpy as np
import pytest

from darkroom.scenes import cutouts, photos
from darkroom.scenes.textures import PACKAGED, Split

SPLITS: tuple[Split, Split] = ("train", "test")


def used(split: Split) -> set[str]:
    packaged = PACKAGED[split]
    names = packaged.views + packaged.surfaces + (packaged.grain,)
    return {*names, *packaged.persons, *packaged.things}


def test_training_and_test_share_no_photo() -> None:
    assert not used("train") & used("test")
    assert len(used("train")) >= 6
    assert len(used("test")) >= 4


@pytest.mark.parametrize("split", SPLITS)
def test_scenes_read_only_photos_of_their_split(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a texture that is taken from the other list."""
    from darkroom.scenes import stage

    seen: set[str] = set()
    read = photos.read

    def note(name: str) -> photos.Array:
        seen.add(name)
        return read(name)

    monkeypatch.setattr(photos, "read", note)
    cutouts.read.cache_clear()
    for index in range(25):
        stage.scene(5, index, (48, 64), split)
    assert len(seen) > 3
    assert seen <= used(split)


@pytest.mark.parametrize("name", sorted(used("train") | used("test")))
def test_every_photo_lies_in_the_package(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a photo that scikit-image would download."""
    from skimage.data import _fetchers

    monkeypatch.setattr(_fetchers, "_image_fetcher", None)
    photo = photos.read.__wrapped__(name)
    assert photo.shape[2] == 3
    assert min(photo.shape[:2]) >= 190
    assert photo.dtype == np.float32
    assert photo.max() <= 1


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("shape", [(40, 70), (300, 9), (3, 5)])
def test_textures_have_the_shape_and_are_linear_light(
    split: Split, shape: tuple[int, int]
) -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        got = photos.anything(rng, PACKAGED[split], *shape)
        assert got.shape == (*shape, 3)
        assert got.dtype == np.float32
        assert 0 <= got.min() <= got.max() <= 1


def test_one_photo_gives_many_pictures() -> None:
    pictures = [
        photos.view(np.random.default_rng(seed), PACKAGED["test"], 32, 48)
        for seed in range(8)
    ]
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            assert np.abs(one - other).mean() > 0.01
