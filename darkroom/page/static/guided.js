// A network's small picture carried to its photo's size, as darkroom.render.guided does it:
// the photo's detail comes back where the network kept what it saw of it.

import { blurred } from "./resample.js";

const DETAIL = 1;
const AROUND = 2;
const TONE = 3;
const [SHARPEST, LEAST] = [0.85, 0.75];
const [BLURRED, SHARP] = [0.8, 0.93];
const [NO_BLUR, BLUR] = [0.8, 2];
const FLAT = 1e-8;
const SOME = 1e-5;

const clipped = (value) => Math.min(1, Math.max(0, value));

/** How sharp a place with a blur of some pixels counts as. */
export const sharpUpTo = (radius) => clipped((BLUR - radius) / (BLUR - NO_BLUR));

/** How sharp each place is: 0 is blurred, 1 as the network saw it. */
function sharpness(drawn, seen) {
  const [before, after] = [seen, drawn].map((one) => {
    const soft = blurred(one, DETAIL).values;
    return one.values.map((value, at) => value - soft[at]);
  });
  const around = (a, b) => {
    const values = new Float32Array(a.length / 3);
    for (let at = 0; at < a.length; at++) values[Math.trunc(at / 3)] += a[at] * b[at];
    return blurred({ ...seen, values, channels: 1 }, AROUND).values;
  };
  const variance = around(before, before);
  const kept = around(before, after).map((both, at) => both / (variance[at] + FLAT));
  const places = kept.filter((_, at) => variance[at] > SOME).sort();
  let sharpest = 1;
  if (places.length) {
    const place = SHARPEST * (places.length - 1);
    const [low, high] = [Math.floor(place), Math.ceil(place)].map((at) => places[at]);
    sharpest = Math.min(1, Math.max(LEAST, low + (place % 1) * (high - low)));
  }
  return kept.map((share) => clipped((share / sharpest - BLURRED) / (SHARP - BLURRED)));
}

/** For each of `to` places the four of the `from` of OpenCV's cubic (a = -0.75), as [place, part]. */
function cubics(from, to) {
  const near = (x) => (1.25 * x - 2.25) * x * x + 1;
  const far = (x) => ((-0.75 * x + 3.75) * x - 6) * x + 3;
  return Array.from({ length: to }, (_, place) => {
    const centre = ((place + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre);
    const x = centre - first;
    return [far(1 + x), near(x), near(1 - x), far(2 - x)].map((part, i) =>
      [Math.min(from - 1, Math.max(0, first - 1 + i)), part]);
  });
}

/**
 * What the network would have drawn at the photo's size, as bytes of RGBA.
 * `drawn` and `seen` are floats of one size, `photo` has bytes of RGBA; `known` says how
 * sharp each place is, or it is measured.
 */
export function enlarge(drawn, seen, photo, known) {
  const { height, width } = drawn;
  const share = known ?? sharpness(drawn, seen);
  const off = { ...drawn, values: drawn.values.map((value, at) => value - seen.values[at]) };
  const tone = blurred(off, TONE).values;
  const columns = cubics(width, photo.width);
  const model = new Float32Array(height * photo.width * 4); // wide already: rest, rest, rest, share
  const row = new Float32Array(4 * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = share[y * width + x];
      for (let c = 0; c < 3; c++) {
        const at = 3 * (y * width + x) + c;
        row[4 * x + c] = (1 - part) * drawn.values[at] + part * tone[at];
      }
      row[4 * x + 3] = part;
    }
    columns.forEach((taps, x) => {
      const to = 4 * (y * photo.width + x);
      for (const [from, part] of taps) for (let c = 0; c < 4; c++) model[to + c] += part * row[4 * from + c];
    });
  }
  const picture = new Uint8ClampedArray(4 * photo.height * photo.width);
  const large = new Float32Array(4 * photo.width);
  cubics(height, photo.height).forEach((taps, y) => {
    large.fill(0);
    for (const [from, part] of taps) {
      const start = 4 * from * photo.width;
      for (let at = 0; at < large.length; at++) large[at] += part * model[start + at];
    }
    const start = 4 * y * photo.width;
    for (let at = 0; at < large.length; at++) {
      if (at % 4 === 3) picture[start + at] = 255;
      else picture[start + at] = large[at | 3] * photo.values[start + at] + 255 * large[at];
    }
  });
  return picture;
}
