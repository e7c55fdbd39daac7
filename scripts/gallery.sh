#!/bin/sh
# Makes docs/focus_pull.webp, night.jpg, hair.jpg and coffee.jpg again, in two minutes: the
# focus pulled through a garage, lamps at night, a portrait with hair, and a cup by the two
# networks that ship, of which neither was trained on it. The photos, and
# the garage's true disparity, are scikit-image's (free); where the disparity is unknown it
# is filled, and its steps are moved to the photo's edges. The portrait's mask is found, but
# for the suit's ring, which is drawn, and becomes a matte.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
out=runs/gallery
mkdir -p "$out"
python - "$out" <<'END'
import sys

import cv2
import numpy as np
from skimage import data

from darkroom import subjects
from darkroom.depth import scaling, upsample
from darkroom.io import images

garage, _, disparity = data.stereo_motorcycle()
images.write(f"{sys.argv[1]}/garage.png", garage)
images.write(f"{sys.argv[1]}/night.png", data.rocket())
images.write(f"{sys.argv[1]}/coffee.png", data.coffee())
whole = scaling.filled(disparity, np.isfinite(disparity))
near = cv2.medianBlur(scaling.stretched(whole), 3)
np.save(f"{sys.argv[1]}/garage_depth.npy", upsample.along_edges(near, garage))
portrait = data.astronaut()
mask = subjects.portrait(portrait, subjects.faces(portrait)[0]) >= 0.5
mask = cv2.ellipse(mask.astype("u1"), (211, 222), (101, 61), 32, 0, 360, 1, -1)
images.write(f"{sys.argv[1]}/hair.png", portrait[:334])
images.write(f"{sys.argv[1]}/hair_mask.png", 255 * mask[:334])
END

render="python -m darkroom.render --overwrite"
$render "$out/garage.png" --focus_on nearest --f_number 1.6 --sweep_size 741 \
    --sweep docs/focus_pull.webp
$render "$out/night.png" --depth prior --focus_disparity 0 --focal_range 0.3 \
    --f_number 2 --boost 24 --output "$out/night_bokeh.png"
python scripts/closed_form_matte.py "$out/hair.png" "$out/hair_mask.png" "$out/hair_matte.png"
$render "$out/hair.png" --matte "$out/hair_matte.png" --depth none --f_number 1.4 \
    --boost 1 --grain 0 --output "$out/hair_bokeh.png"
$render "$out/coffee.png" --depth small --method pynet --output "$out/coffee_bokeh.png"

python - "$out" <<'END'
import sys

from darkroom import pixels
from darkroom.io import images

def pair(name):
    files = (f"{sys.argv[1]}/{name}{end}.png" for end in ("", "_bokeh"))
    return [images.read(file).pixels for file in files]


night = [picture[: picture.shape[1] * 2 // 3] for picture in pair("night")]
night = [pixels.resize_to(picture, (400, 600)) for picture in night]
images.write("docs/night.jpg", pixels.grid([night]))
images.write("docs/hair.jpg", pixels.grid([pair("hair")]))
images.write("docs/coffee.jpg", pixels.grid([pair("coffee")]))
END
