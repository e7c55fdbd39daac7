"""NYU Depth v2 as folders of pairs."""

import h5py
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.data import encoding, folders, pictures, samples
from cyclegan_tf.preparation import matlab, nyu
from darkroom import pixels
from darkroom.io import depth_maps, images


def test_pairs_are_those_of_the_set_in_millimetres(tmp_path, mat, splits, rooms):
    assert list(nyu.prepare(mat, splits, tmp_path / "out")) == [5] * 5
    pairs = folders.pairs(tmp_path / "out", "train")
    assert [a.path.name for a, _ in pairs] == ["0001.png", "0002.png", "0005.png"]
    assert len(folders.pairs(tmp_path / "out", "test")) == 2
    for (photo, depth), index in zip(pairs, (0, 1, 4), strict=True):
        np.testing.assert_array_equal(pictures.photo(photo), rooms[0][index])
        metres = encoding.metres(pictures.stored_depth(depth))
        np.testing.assert_allclose(metres, rooms[1][index], atol=5.01e-4)


def test_compat_is_as_the_depth_project_had_it(tmp_path, mat, rooms):
    list(nyu.prepare(mat, None, tmp_path / "out", kind="compat"))
    photo, depth = folders.pairs(tmp_path / "out", "train")[0]
    image = Image.fromarray(rooms[0][0]).resize((256, 256), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(pictures.photo(photo), image)
    found = pictures.stored_depth(depth)
    assert found.dtype == np.uint8
    metres = pixels.resize_to(rooms[1][0] / 10, (256, 256)).astype(np.float64)
    expected = 146.65 * metres / np.sqrt(np.mean(metres**2))
    np.testing.assert_allclose(found, np.minimum(expected, 255), atol=0.6)
    assert encoding.fitting(found).farthest is None


def test_a_stopped_run_goes_on(tmp_path, mat, splits, monkeypatch):
    """Catches: pairs that are there made again, and a half pair left as it is."""
    for total in nyu.prepare(mat, splits, tmp_path / "out"):
        assert total == 5
        break
    (done,) = (tmp_path / "out").rglob("photo/*.png")
    (tmp_path / "out" / "train" / "photo" / "0005.png").write_bytes(b"half a pair")
    read, picture = [], matlab.Labelled.picture

    def counted(self, index):
        read.append(index)
        return picture(self, index)

    monkeypatch.setattr(matlab.Labelled, "picture", counted)
    list(nyu.prepare(mat, splits, tmp_path / "out"))
    assert int(done.stem) - 1 not in read
    assert sorted(read) == [0, 2, 3, 4]
    assert images.read(tmp_path / "out" / "train" / "photo" / "0005.png").pixels.any()


def test_a_folder_of_something_else_is_refused(tmp_path, mat, splits):
    list(nyu.prepare(mat, splits, tmp_path / "out"))
    with pytest.raises(ValueError, match="begun with another encoding, split or s"):
        list(nyu.prepare(mat, splits, tmp_path / "out", "compat"))
    with pytest.raises(ValueError, match="begun with another"):
        list(nyu.prepare(mat, None, tmp_path / "out"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(ValueError, match="holds something else than pairs of NYU"):
        list(nyu.prepare(mat, splits, tmp_path / "mine"))


def test_the_margins_are_those_that_the_depth_camera_does_not_see(tmp_path, mat):
    depth = np.zeros(nyu.SIZE, np.float32)
    depth[45:471, 41:601] = 2.0
    full = tmp_path / "full.mat"
    with h5py.File(full, "w") as file:
        file["images"] = np.zeros((1, 3, 640, 480), np.uint8)
        file["depths"] = depth.T[None]
    list(nyu.prepare(full, None, tmp_path / "out", trim=True))
    (pair,) = folders.pairs(tmp_path / "out", "train")
    assert pictures.photo(pair[0]).shape == (426, 560, 3)
    assert (depth_maps.stored(pair[1].path) == 2000).all()
    with pytest.raises(ValueError, match="begun with another encoding, split or s"):
        list(nyu.prepare(full, None, tmp_path / "out"))
    with pytest.raises(ValueError, match="its pictures are 6x8; --trim is for those"):
        list(nyu.prepare(mat, None, tmp_path / "small", trim=True))
    assert not (tmp_path / "small").exists()  # so that --notrim may follow


def test_a_damaged_picture_is_named(tmp_path, rooms):
    path = tmp_path / "bad.mat"
    with h5py.File(path, "w") as file:
        file.create_dataset(
            "images",
            data=rooms[0].transpose(0, 3, 2, 1),
            chunks=(1, 3, 8, 6),
            compression="gzip",
        )
        file["depths"] = rooms[1].transpose(0, 2, 1)
        place = file["images"].id.get_chunk_info(3).byte_offset
    with path.open("rb+") as file:
        file.seek(place)
        file.write(b"\0" * 40)
    with pytest.raises(
        ValueError, match=r"bad\.mat: picture 4 is damaged .*; get a wh"
    ):
        list(nyu.prepare(path, None, tmp_path / "out"))


def test_memory_does_not_grow_with_the_set(tmp_path, rooms, monkeypatch):
    """Catches: the whole set read at once; its data sets say how much was asked for."""
    asked = []

    class Counted:
        def __init__(self, values):
            self.values = values

        def __len__(self):
            return len(self.values)

        def __getitem__(self, key):
            asked.append(self.values[key].shape)
            return self.values[key]

    photos, depths = rooms[0].transpose(0, 3, 2, 1), rooms[1].transpose(0, 2, 1)
    held = matlab.Labelled("x.mat", Counted(photos), Counted(depths))
    nyu._write(tmp_path, 1, held, "metric", False)
    assert asked == [(3, 8, 6), (8, 6)]


def test_pairs_train_pix2pix(tmp_path, mat, splits, rooms):
    """The whole way: .mat to folders to a sample in [-1, 1], and to metres again."""
    list(nyu.prepare(mat, splits, tmp_path / "out"))
    metric = encoding.Encoding()
    spec = samples.SampleSpec((6, 8), (6, 8), mirror=False, encoding=metric)
    sample = samples.Paired(folders.pairs(tmp_path / "out", "train"), spec)
    index = int(sample.pair(0)[0].path.stem) - 1
    photo, depth = sample(0)
    np.testing.assert_allclose(photo, rooms[0][index] / 127.5 - 1, atol=1e-6)
    metres = metric.decode((depth[..., 0] + 1) / 2)
    np.testing.assert_allclose(metres, rooms[1][index], atol=6e-4)
