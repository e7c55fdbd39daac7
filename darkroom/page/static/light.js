// The photo's light, given back to what a network drew of it, as darkroom.render.light does it.

import { blurred, resize } from "./resample.js";

const AROUND = 0.4;
const COARSE = 3;
const DARK = 0.01;
const MOST = 2;
const WHITE = 0.95;
const LAMP = 0.003;

const linear = (code) => (code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4);
const encoded = (light) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** A network's picture with the light that the photo has around each place; `blur` is its radius. */
export function kept(drawn, seen, blur, widest) {
  const window = AROUND * widest;
  const step = Math.max(1, Math.trunc(window / COARSE));
  const size = [drawn.height, drawn.width].map((side) => Math.trunc(side / step) || 1);
  const coarse = (values, channels) => resize({ ...drawn, values, channels }, size);
  const around = (picture, deviation) => {
    const bounded = picture.values.map((value) => Math.min(1, Math.max(0, value)));
    return blurred({ ...picture, values: bounded }, deviation / step).values;
  };
  const light = drawn.values.map(linear);
  const photo = coarse(seen.values.map(linear), 3);
  const [sharp, soft] = [window, Math.hypot(AROUND, 0.5) * widest].map((one) => around(photo, one));
  const own = around(coarse(light, 3), window);
  const spread = coarse(blur.map((radius) => radius / widest), 1).values;
  const white = new Float32Array(drawn.height * drawn.width);
  for (let at = 0; at < seen.values.length; at++) {
    if (seen.values[at] > WHITE) white[Math.trunc(at / 3)] = 1;
  }
  const lamps = around(coarse(white, 1), widest);
  const gains = own.map((value, at) => {
    const place = Math.trunc(at / 3);
    const before = sharp[at] + spread[place] ** 2 * (soft[at] - sharp[at]);
    const known = 1 - Math.min(1, lamps[place] / LAMP);
    return Math.min(MOST, Math.max(1 / MOST, (before + DARK) / (value + DARK))) ** known;
  });
  const gain = resize({ ...photo, values: gains }, [drawn.height, drawn.width]).values;
  const values = light.map((value, at) => Math.min(1, Math.max(0, encoded(value * gain[at]))));
  return { ...drawn, values };
}
