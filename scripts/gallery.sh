#!/bin/sh
# Makes docs/focus_pull.webp and docs/night.jpg again, in two minutes: the focus pulled
# through a garage, and lamps at night. The photos, and the garage's true disparity, are
# scikit-image's (free); where the disparity is unknown it is filled, and its steps are
# moved to the photo's edges.
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

from darkroom.depth import scaling, upsample
from darkroom.io import images

garage, _, disparity = data.stereo_motorcycle()
images.write(f"{sys.argv[1]}/garage.png", garage)
images.write(f"{sys.argv[1]}/night.png", data.rocket())
whole = scaling.filled(disparity, np.isfinite(disparity))
near = cv2.medianBlur(scaling.stretched(whole), 3)
np.save(f"{sys.argv[1]}/garage_depth.npy", upsample.along_edges(near, garage))
END

render="python -m darkroom.render --overwrite"
$render "$out/garage.png" --focus_on nearest --f_number 1.6 --sweep_size 741 \
    --sweep docs/focus_pull.webp
$render "$out/night.png" --depth prior --focus_disparity 0 --focal_range 0.3 \
    --f_number 2 --boost 24 --output "$out/night_bokeh.png"

python - "$out" <<'END'
import sys

from darkroom import pixels
from darkroom.io import images

pair = []
for name in ("night", "night_bokeh"):
    picture = images.read(f"{sys.argv[1]}/{name}.png").pixels
    pair.append(pixels.resize_to(picture[: picture.shape[1] * 2 // 3], (400, 600)))
images.write("docs/night.jpg", pixels.grid([pair]))
END
