"""scripts/closed_form_matte.py: a mask becomes a matte with its hairs."""

import pathlib
import runpy

import cv2
import numpy as np

SCRIPT = pathlib.Path(__file__).parents[1] / "scripts/closed_form_matte.py"


def test_hairs_before_a_calm_background_are_found() -> None:
    """Catches a Laplacian that is not the paper's: alpha would leak or stay."""
    matte = runpy.run_path(str(SCRIPT))["matte"]
    height, width = 120, 160
    alpha = np.zeros((4 * height, 4 * width), np.float32)
    alpha[200:, 160:480] = 1
    for x in range(180, 470, 24):
        cv2.line(alpha, (x, 200), (x + 5, 188), 1.0, 3)
    alpha = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_AREA)
    shade = np.linspace(0.6, 0.9, width, dtype=np.float32)[:, None]
    behind = np.broadcast_to(shade * np.float32([0.7, 0.9, 1.0]), (height, width, 3))
    a = alpha[..., None]
    photo = a * np.float32([0.3, 0.15, 0.1]) + (1 - a) * behind
    mask = np.zeros((height, width), np.float32)
    mask[48:, 40:120] = 1  # its edge runs through the hairs
    found = matte(np.rint(255 * photo).astype(np.uint8), mask)
    near = cv2.dilate(alpha, np.ones((5, 5), np.uint8)) > 0
    error, before = (np.abs(one - alpha)[near].mean() for one in (found, mask))
    assert error < 0.02 and error < 0.3 * before
    assert ((found >= 0) & (found <= 1)).all()
