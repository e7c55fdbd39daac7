"""What the browser does before and after a network, run by Node: as Python does it."""

import json
import pathlib
import shutil
import subprocess

import cv2
import numpy as np
import pytest

from darkroom import page, pixels
from darkroom.render import network

LIMIT = (128, 192)
PROGRAM = """
import fs from "fs";
import { blurOf, photoAndDepth, picture } from "./tensors.js";
globalThis.ImageData = class {
  constructor(data, width, height) { Object.assign(this, { data, width, height }); }
};
const { height, width, limit, radius } = JSON.parse(fs.readFileSync("sizes.json"));
const floats = (file) => new Float32Array(new Uint8Array(fs.readFileSync(file)).buffer);
const values = Uint8ClampedArray.from(fs.readFileSync("photo"));
const photo = { values, height, width, channels: 4 };
const depth = { values: floats("depth"), height, width, channels: 1 };
const half = limit.map((side) => side / 2);
const { values: inputs, seen, size } = photoAndDepth(photo, depth, half);
fs.writeFileSync("inputs", inputs);
const [rows, columns] = limit;
const output = { values: floats("drawn"), height: rows, width: columns, channels: 3 };
const told = radius && { radius, blur: blurOf(depth, radius, size) };
fs.writeFileSync("picture", picture(output, seen, limit, size, photo, told).data);
"""


def drawn(inputs: np.ndarray) -> np.ndarray:
    """Near as it is, far blurred."""
    whole = cv2.resize(inputs[0], LIMIT[::-1], interpolation=cv2.INTER_LINEAR)
    colours, near = whole[..., :3], whole[..., 3:]
    return (near * colours + (1 - near) * cv2.GaussianBlur(colours, (0, 0), 2))[None]


@pytest.mark.parametrize("radius", [None, 30.0])
@pytest.mark.parametrize("size", [(96, 160), (90, 151), (300, 400), (301, 210)])
def test_inputs_and_picture_are_those_of_python(tmp_path, size, radius):
    """Catches a margin, a mirror image, an enlargement or a light of another kind."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node: apt-get install nodejs")
    rng = np.random.default_rng(0)
    coarse = rng.random((size[0] // 3, size[1] // 3, 3), np.float32)
    photo = pixels.to_uint8(pixels.resize_to(coarse, size))
    depth = np.tile(np.linspace(0, 1, size[1], dtype=np.float32), (size[0], 1))
    seen = []

    def run(inputs: np.ndarray) -> np.ndarray:
        seen.append(inputs.copy())
        return drawn(inputs)

    expected = network.Network(run, LIMIT, radius=radius)(photo, depth)
    static = pathlib.Path(page.__file__).parent / "static"
    for name in ("tensors.js", "resample.js", "guided.js", "light.js"):
        shutil.copy(static / name, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "main.js").write_text(PROGRAM)
    sizes = {"height": size[0], "width": size[1], "limit": LIMIT, "radius": radius}
    (tmp_path / "sizes.json").write_text(json.dumps(sizes))
    opaque = np.full((*size, 1), 255, np.uint8)
    (tmp_path / "photo").write_bytes(np.dstack([photo, opaque]).tobytes())
    (tmp_path / "depth").write_bytes(depth.tobytes())
    (tmp_path / "drawn").write_bytes(drawn(seen[0]).astype("<f4").tobytes())
    subprocess.run([node, "main.js"], cwd=tmp_path, check=True)
    inputs = np.fromfile(tmp_path / "inputs", "<f4").reshape(seen[0].shape)
    np.testing.assert_allclose(inputs, seen[0], rtol=0, atol=1.01 / 255)
    picture = np.fromfile(tmp_path / "picture", np.uint8).reshape(*size, 4)
    off = np.abs(picture[..., :3] - 255 * expected)
    assert off.max() <= 4  # inputs a step apart have sharpness a little apart
    assert off.mean() < 0.4
    assert picture[..., 3].min() == 255
