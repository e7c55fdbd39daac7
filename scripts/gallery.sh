#!/bin/sh
# Makes docs/lens.jpg and docs/night.jpg again, in a minute: a portrait, a motorcycle from
# two views, lights at night. The photos are scikit-image's (free), the night is generated.
# Fetches the network that finds persons (35 MB) unless it is there.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
out=runs/gallery
mkdir -p "$out"
python -m darkroom.subjects fetch
python - "$out" <<'END'
import sys

from skimage import data

from darkroom.io import images

left, right, _ = data.stereo_motorcycle()
photos = {"portrait": data.astronaut(), "left": left, "right": right}
for name, photo in photos.items():
    images.write(f"{sys.argv[1]}/{name}.png", photo)
END
python -m darkroom.scenes --layout lens --train 0 --test 2 --seed 3 --size 640x960 \
    --output "$out/night"
night="$out/night/test/scene_1"

render="python -m darkroom.render --overwrite"
$render "$out/portrait.png" --f_number 1.4 --output "$out/portrait_bokeh.png"
$render "$out/left.png" --right "$out/right.png" --focus 0.52,0.5 --focal_range 0.3 \
    --f_number 1.8 --output "$out/left_bokeh.png"
$render "$night/aif.png" --depth "$night/disparity.png" --f_number 1.4 --shape blades \
    --blades 7 --curvature 0.5 --cats_eye 0.3 --output "$out/night_bokeh.png"

python - "$out" "$night" <<'END'
import pathlib
import sys

from darkroom import pixels
from darkroom.io import images

out, night = map(pathlib.Path, sys.argv[1:])


def pair(before: pathlib.Path, after: pathlib.Path):
    """Both pictures, 3:2 from the top, 600 pixels wide."""
    for path in (before, after):
        picture = images.read(path).pixels
        yield pixels.resize_to(picture[: picture.shape[1] * 2 // 3], (400, 600))


portrait = [*pair(out / "portrait.png", out / "portrait_bokeh.png")]
street = [*pair(out / "left.png", out / "left_bokeh.png")]
lights = [*pair(night / "aif.png", out / "night_bokeh.png")]
images.write("docs/lens.jpg", pixels.grid([portrait, street]))
images.write("docs/night.jpg", pixels.grid([lights]))
END
