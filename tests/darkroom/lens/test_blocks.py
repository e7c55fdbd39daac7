"""darkroom.lens.blocks: which layers are near a tile."""

from __future__ import annotations

import numpy as np
import pytest

from darkroom.lens import layers
from darkroom.lens.blocks import Blocks
from darkroom.lens.mixed import listed

SIZE = 70, 130  # no multiples of a block's side


def mixed(row, column, far):
    colour = np.zeros((1, 3), np.float32)
    label = np.array([far], np.uint8)
    at = np.array([row]), np.array([column])
    return listed(*at, np.array([0.5], np.float32), colour, colour, label, label)


@pytest.mark.parametrize("seed", range(5))
def test_every_pixel_of_a_layer_is_in_its_place(seed):
    rng = np.random.default_rng(seed)
    depth = np.full(SIZE, 0.5, np.float32)
    for _ in range(4):
        top, left = rng.integers(0, 60), rng.integers(0, 120)
        depth[top : top + 9, left : left + 9] = rng.random()
    parted = layers.split(depth, 0.2, 20.0)
    rows, columns, reach = slice(16, 48), slice(32, 96), 7
    found = dict(Blocks(parted, None).nearest_first(rows, columns, reach))
    assert list(found) == sorted(found, reverse=True)
    for layer in range(len(parted.radii)):
        inside = parted.share[layer][parted.labels] > 0
        near = np.zeros(SIZE, bool)
        near[9:55, 25:103] = True
        for row, column in np.argwhere(inside & near):
            down, across = found[layer]
            assert (
                down.start <= row < down.stop and across.start <= column < across.stop
            )


def test_what_is_at_the_photo_s_edge_goes_on_beyond_it():
    parted = layers.split(np.full(SIZE, 0.5, np.float32), 0.2, 20.0)
    (_, (rows, columns)), *others = Blocks(parted, None).nearest_first(
        slice(0, 70), slice(0, 130), 10
    )
    assert not others
    assert max(rows.start, columns.start) < -1000
    assert min(rows.stop, columns.stop) > 1000


def test_what_is_behind_a_mixed_pixel_counts():
    depth = np.full(SIZE, 0.9, np.float32)
    depth[:, 125:] = 0.1
    parted = layers.split(depth, 0.9, 20.0)
    part = slice(0, 16), slice(0, 16), 2
    assert list(dict(Blocks(parted, None).nearest_first(*part))) == [1]
    behind = Blocks(parted, mixed(3, 4, far=0)).nearest_first(*part)
    assert list(dict(behind)) == [1, 0]
