"""Gathers photos for `darkroom scenes --photos`, as for the shipped PyNET's scenes.

  python scripts/training_photos.py data/photos --stereo middlebury --persons P3M \\
      --more wallpapers

scikit-image's photos are always among them. Beside them, each if it is given:

  --stereo   Middlebury stereo sets as they are published, a folder a scene: a picture
             and its disparity (`FILES`), or a picture alone
  --persons  portraits in original/ and their mattes in alpha/, as P3M-10k's
  --more     any other photos; larger ones are made 1600 wide

What `HELD_OUT` names goes under test/, from which test scenes alone are made, and so do
the last of the persons, and photos of --more under a folder of that name.
"""

from __future__ import annotations

import argparse
import itertools
import pathlib
import shutil

import cv2
import numpy as np
from skimage import data

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.io import depth_maps, images
from darkroom.pixels import Array

SURFACES = {"brick", "gravel", "ihc", "hubble_deep_field", "moon"}
VIEWS = {"astronaut", "chelsea", "camera", "retina"}
HELD_OUT = {
    *("coffee", "rocket", "grass", "coins", "page"),
    *("Baby2", "Bowling1", "Midd1", "Cloth2", "Wood2"),
    *("Piano", "PianoL", "Vintage", "Jadeplant"),
}
HELD_OUT_SURFACES = {"grass", "coins", "page"}
# Of a scene: the left picture, and its disparity, 0 where it is unknown
FILES = (
    ("view1.png", "disp1.png"),  # 2005, 2006
    ("im2.png", "disp2.png"),  # 2001, 2003
    ("left.png", "disp_left.png"),
    ("im0.png", "disp0.pfm"),  # 2014
)
WIDEST = 1600


def main() -> None:
    """Copies what there is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=pathlib.Path)
    for name in ("stereo", "persons", "more"):
        parser.add_argument(f"--{name}", type=pathlib.Path)
    given = parser.parse_args()
    packaged(given.output)
    if given.stereo:
        stereo(given.stereo, given.output)
    if given.persons:
        persons(given.persons, given.output)
    if given.more:
        more(given.more, given.output)
    count = sum(path.is_file() for path in given.output.rglob("*"))
    print(f"{count} files in {given.output}")


def packaged(output: pathlib.Path) -> None:
    """Copies scikit-image's photos, and its stereo pair's left with its disparity."""
    folder = pathlib.Path(data.__file__).parent
    for file in sorted(folder.iterdir()):
        if file.stem in SURFACES | HELD_OUT_SURFACES:
            shutil.copy(file, _place(output, file.stem, "surfaces") / file.name)
        elif file.stem in VIEWS | HELD_OUT:
            shutil.copy(file, _place(output, file.stem) / file.name)
    left, _, disparity = data.stereo_motorcycle()
    captured(left, disparity, output / "motorcycle.png")


def stereo(folder: pathlib.Path, output: pathlib.Path) -> None:
    """Copies the scenes of a folder, one each, and pictures that lie there alone."""
    for scene in sorted(folder.iterdir()):
        target = _place(output, scene.stem) / f"{scene.stem}.png"
        if scene.suffix in (".png", ".jpg"):
            shutil.copy(scene, target.with_name(f"alone_{scene.name}"))
        for picture, disparity in FILES:
            if (scene / disparity).exists():
                left = images.read(scene / picture).pixels
                captured(left, depth_maps.stored(scene / disparity), target)
                break


def captured(left: Array, disparity: Array, target: pathlib.Path) -> None:
    """Writes a picture and, beside it, its disparity without holes, in 16 bits."""
    images.write(target, left)
    wide = disparity.astype(np.float64)
    whole = scaling.filled(wide, np.isfinite(wide) & (wide > 0))
    shares = np.round(whole / whole.max() * 65535).astype(np.uint16)
    images.write(target.with_name(f"{target.stem}_disparity.png"), shares)


def persons(folder: pathlib.Path, output: pathlib.Path) -> None:
    """Writes each portrait with its matte as transparency."""
    mattes = sorted((folder / "alpha").iterdir())
    for matte in mattes:
        photo = next((folder / "original").glob(f"{matte.stem}.*"))
        alpha = cv2.imread(str(matte), cv2.IMREAD_GRAYSCALE)
        place = output / "test" if matte == mattes[-1] else output
        (place / "persons").mkdir(parents=True, exist_ok=True)
        cutout = np.dstack([images.read(photo).pixels, alpha])
        target = place / "persons" / f"{matte.stem}.png"
        cv2.imwrite(str(target), cv2.cvtColor(cutout, cv2.COLOR_RGBA2BGRA))


def more(folder: pathlib.Path, output: pathlib.Path) -> None:
    """Copies photos, the larger ones made smaller."""
    kinds = ("*.jpg", "*.png")
    for file in sorted(itertools.chain(*(folder.rglob(kind) for kind in kinds))):
        photo = images.read(file).pixels
        if photo.shape[1] > WIDEST:
            photo = pixels.resize(photo, WIDEST / photo.shape[1])
        place = output / "test" if file.parent.name == "test" else output
        images.write(place / f"{file.stem}.jpg", photo)


def _place(output: pathlib.Path, name: str, kind: str = "") -> pathlib.Path:
    place = output / ("test" if name in HELD_OUT else "") / kind
    place.mkdir(parents=True, exist_ok=True)
    return place


if __name__ == "__main__":
    main()
