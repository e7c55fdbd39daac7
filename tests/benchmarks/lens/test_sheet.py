"""The sheet: which shots, and a cell for each renderer."""

import dataclasses

from benchmarks.lens import renderers, sheet


def test_the_worst_the_median_and_the_best_are_shown(shot) -> None:
    names = [str(n) for n in range(5)]
    shots = [dataclasses.replace(shot, name=name) for name in names]
    rows = dict(zip(names, [{"psnr": p} for p in (30, 40, 20, 35, 10)], strict=True))
    assert [one.name for one in sheet.picked(shots, rows)] == ["4", "0", "1"]
    assert len(sheet.picked(shots[:1], rows)) == 1


def test_a_row_has_photo_disparity_renderers_and_truth(shot) -> None:
    found = {"a": {"lens": {"shots": {shot.name: {"psnr": 30.0}}}}}
    page = sheet.sheet({"a": [shot]}, found)
    cells = len(renderers.ALL) - 1 + 3  # the untouched photo is shown once
    assert page.shape == (48 + 22, cells * (64 + 8) - 8, 3)
    assert (page[22:, :64] == shot.photo).all()
    assert (page[22:, -64:] == shot.truth).all()
