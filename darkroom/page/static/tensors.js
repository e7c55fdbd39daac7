// What goes into the networks and what comes out of them, as darkroom.render.network and
// darkroom.depth.network have it. A picture is { values, height, width, channels }.

import { enlarge, sharpUpTo } from "./guided.js";
import { kept } from "./light.js";
import { bilinear, continued, resize } from "./resample.js";

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
 * Returns the numbers of `[1, rows, columns, 4]`, also as `seen`, and the size of the
 * picture in it.
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
  const seen = { values: values.slice(), height: rows, width: columns, channels: 4 };
  return { values, seen, size };
}

/** The colours of a picture's part of `size` behind the margin. */
function inside({ values, width: step, channels }, before, [height, width]) {
  const part = new Float32Array(3 * height * width);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = ((before + y) * step + before + x) * channels;
      for (let c = 0; c < 3; c++) part[to++] = values[at + c];
    }
  }
  return { values: part, height, width, channels: 3 };
}

/** The disparity at a point, fractions from the left and the top. */
export function at({ values, height, width }, [x, y]) {
  const [row, column] = [[y, height], [x, width]].map(([part, side]) =>
    Math.min(side - 1, Math.max(0, Math.trunc(part * side))));
  return values[row * width + column];
}

/** A disparity that is 1 in focus, and less by the distance, as darkroom.lens.focus has it. */
export const folded = (disparity, focus) =>
  ({ ...disparity, values: disparity.values.map((near) => Math.max(0, 1 - Math.abs(near - focus))) });

/** How far each place of a picture of `size` is blurred, by a folded disparity. */
export const blurOf = (disparity, radius, size) =>
  resize(disparity, size).values.map((near) => radius * (1 - near));

/**
 * What PyNET made of a photo that it saw in `size`, at the photo's own size. `told` is of a
 * network that was told the focus: its widest `radius`, and the `blur` of each place.
 */
export function picture(output, seen, limit, size, photo, told) {
  const bounded = output.values.map((value) => Math.min(1, Math.max(0, value)));
  const drawn = inside(resize({ ...output, values: bounded }, limit), margin(limit), size);
  const [height, width] = size;
  if (!told && height === photo.height && width === photo.width) {
    const bytes = new Uint8ClampedArray(4 * height * width).fill(255);
    for (let at = 0; at < drawn.values.length; at++) bytes[at + Math.trunc(at / 3)] = 255 * drawn.values[at];
    return new ImageData(bytes, width, height);
  }
  // a coarse level has no room for finer detail
  const held = output.height < seen.height ? resize(seen, [output.height, output.width]) : seen;
  const before = inside(bilinear(held, limit), margin(limit), size);
  const lit = told ? kept(drawn, before, told.blur, told.radius) : drawn;
  return new ImageData(enlarge(lit, before, photo, told?.blur.map(sharpUpTo)), photo.width, photo.height);
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
