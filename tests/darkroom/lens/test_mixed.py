"""darkroom.lens.mixed: lists of mixed pixels, and parts of them."""

from __future__ import annotations

import numpy as np

from darkroom.lens import mixed


def pixels(places):
    """A list whose pixel at row y and column x has the colour y, x, y."""
    rows, columns = np.array(places).T
    colour = np.stack([rows, columns, rows], axis=1).astype(np.float32)
    label = rows.astype(np.uint8)
    alpha = np.full(len(rows), 0.5, np.float32)
    return mixed.listed(rows, columns, alpha, colour, -colour, label, label)


def places(found):
    return list(zip(found.rows.tolist(), found.columns.tolist(), strict=True))


def test_joined_lists_go_row_by_row():
    both = mixed.joined([pixels([(1, 5), (4, 0)]), pixels([(0, 2), (2, 2), (9, 9)])])
    assert places(both) == [(0, 2), (1, 5), (2, 2), (4, 0), (9, 9)]
    assert (both.behind[:, 1] == -both.columns).all()


def test_a_part_has_its_own_places_and_the_same_colours():
    part = pixels([(0, 2), (3, 1), (3, 4), (4, 3), (7, 4)]).within(
        slice(3, 6), slice(2, 5)
    )
    assert places(part) == [(0, 2), (1, 1)]
    assert part.front.tolist() == [[1.5, 2, 1.5, 0.5], [2, 1.5, 2, 0.5]]
    assert part.behind.tolist() == [[-3, -4, -3, 1], [-4, -3, -4, 1]]
    assert part.near.tolist() == [3, 4]
    assert not pixels([(0, 0)]).within(slice(1, 3), slice(0, 9))


def test_an_edge_goes_on_beyond_the_array():
    """As cv2.copyMakeBorder repeats it, corners included."""
    size, margins = (4, 5), (2, 1, 1, 3)
    image = np.zeros(size)
    which = [(0, 0), (0, 3), (2, 4), (3, 1)]
    for k, place in enumerate(which):
        image[place] = k + 1
    around = np.pad(image, ((2, 1), (1, 3)), mode="edge")
    found = pixels(which).continued(size, margins)
    assert (np.diff(found.rows) >= 0).all()
    drawn = np.zeros(around.shape)
    for place, colour in zip(places(found), -found.behind, strict=True):
        drawn[place] = which.index((int(colour[0]), int(colour[1]))) + 1
    np.testing.assert_array_equal(drawn, around)
    assert len(found) == np.count_nonzero(around)


def test_a_halved_list_has_one_a_place_with_its_share_of_the_light():
    few = pixels([(2, 4), (2, 5), (2, 7), (3, 4), (9, 0)])
    half = few.halved()
    assert places(half) == [(1, 2), (1, 3), (4, 0)]
    np.testing.assert_allclose(half.area, [0.75, 0.25, 0.25])
    np.testing.assert_allclose(half.alpha, half.area / 2)
    assert half.behind[0].tolist() == [-7 / 4, -13 / 4, -7 / 4, 0.75]
    assert half.near.tolist() == [2, 2, 9]
    again = half.halved()
    assert places(again) == [(0, 1), (2, 0)]
    np.testing.assert_allclose(again.area, [0.25, 1 / 16])
    assert not len(few.at(slice(0, 0)).halved())
