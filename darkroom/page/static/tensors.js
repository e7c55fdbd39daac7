// What goes into the networks and what comes out of them, as darkroom.render.network and
// darkroom.depth.network have it. A picture is { values, height, width, channels }.

import { continued, resize } from "./resample.js";

const MARGIN = 32; // pixels of the photo's mirror image that PyNET looks into
const SHARE = 8; // of the shorter side: no margin takes more of it

/** The margin inside a network's size, an even number. */
function margin(limit) {
  const most = Math.min(MARGIN, Math.trunc(Math.min(...limit) / SHARE));
  return most + (most % 2);
}

/** The largest size of the same proportions within `limit`, height first. */
function fitted({ height, width }, limit) {
  const scale = Math.min(1, limit[0] / height, limit[1] / width);
  return [height, width].map((side) => Math.max(1, Math.trunc(side * scale)));
}

/**
 * PyNET's input: photo and depth at half the size that the picture will have.
 * `photo` has bytes of RGBA, `disparity` one float in [0, 1].
 * Returns the numbers of `[1, rows, columns, 4]` and the size of the picture in it.
 */
export function photoAndDepth(photo, disparity, [rows, columns]) {
  const limit = [2 * rows, 2 * columns];
  const before = margin(limit);
  const size = fitted(photo, limit.map((side) => side - 2 * before));
  const halved = resize(continued(resize(photo, size), limit, before), [rows, columns]);
  const half = size.map((side) => Math.ceil(side / 2));
  const depth = continued(resize(disparity, half), [rows, columns], before / 2);
  const values = new Float32Array(halved.values.length);
  for (let at = 0; at < values.length; at++) {
    const near = depth.values[at >> 2];
    values[at] = at % 4 < 3 ? halved.values[at] / 255 : Math.min(1, Math.max(0, near));
  }
  return { values, size };
}

/** The picture of `size` in PyNET's output, brought to `limit` if it is smaller. */
export function picture(output, limit, [height, width]) {
  const { values, width: step } = resize(output, limit);
  const before = margin(limit);
  const image = new ImageData(width, height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) image.data[to++] = 255 * values[((before + y) * step + before + x) * 3 + c];
      image.data[to++] = 255;
    }
  }
  return image;
}

/** A depth network's input: the photo in its size, the numbers of `[1, rows, columns, 3]`. */
export function photoAlone(photo, size) {
  const bytes = resize(photo, size).values;
  const values = new Float32Array(3 * size[0] * size[1]);
  for (let at = 0; at < values.length; at++) values[at] = bytes[at + Math.trunc(at / 3)] / 255;
  return { values };
}

/** Its output from 0 at the farthest to 1 at the nearest. */
export function stretched(output) {
  const least = output.values.reduce((a, b) => Math.min(a, b));
  const most = output.values.reduce((a, b) => Math.max(a, b));
  const scale = most > least ? 1 / (most - least) : 0;
  return { ...output, values: output.values.map((near) => (near - least) * scale) };
}
