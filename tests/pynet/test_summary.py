"""The table of a training's levels."""

import json

import pytest

from pynet import summary


def report(level, **photo):
    return {
        "level": level,
        "step": 40,
        "output": {"psnr": 20.004, "ssim": 0.5} if level < 7 else {"psnr": 17.5},
        "photo": photo,
    }


def test_a_row_a_level_coarsest_first(tmp_path, capsys):
    """Catches levels out of order, columns exchanged, a missing SSIM that fails."""
    for level in (1, 7):
        folder = tmp_path / f"level_{level}"
        folder.mkdir()
        scores = {"psnr": 26.5, "ssim": 0.25} if level < 7 else {"psnr": 30.0}
        (folder / "scores.json").write_text(json.dumps(report(level, **scores)))
    summary.main(summary.Config(checkpoint_dir=str(tmp_path)))
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [" ".join(line.split()) for line in lines] == [
        "| 7 | 40 | 17.50 | 30.00 | - | - |",
        "| 1 | 40 | 20.00 | 26.50 | 0.5000 | 0.2500 |",
    ]


def test_nothing_trained_yet(tmp_path):
    with pytest.raises(ValueError, match="run first: "):
        summary.main(summary.Config(checkpoint_dir=str(tmp_path)))
