"""A small result with a picture, and signs that the report must escape."""

import pathlib

import numpy as np
import pytest

from darkroom.io import images
from darkroom.report import results

RESULT = results.Result(
    number=3,
    name="three",
    title="Depth & blur",
    question="Is A < B?",
    method='They call it "RMS_2", 100 % of it.',
    command="scripts/experiments/three.sh --scale short",
    findings=["A is 2 dB above B.", "C costs {nothing}."],
    tables=[results.Table("Two ways", ["", "PSNR"], [["A", "31.5 ± 0.2"], ["B", "-"]])],
    pictures=[results.Picture("three.jpg", "Photo, A, B.")],
    cpu_minutes=1.5,
    processor="a processor, 2 cores",
    settings={"scale": "short", "seeds": [0, 1]},
)


@pytest.fixture
def folder(tmp_path) -> pathlib.Path:
    """A folder with one experiment's folder in it."""
    rng = np.random.default_rng(0)
    images.write(
        tmp_path / "three/three.jpg", rng.integers(0, 256, (8, 9, 3), np.uint8)
    )
    results.write(RESULT, tmp_path / "three")
    return tmp_path
