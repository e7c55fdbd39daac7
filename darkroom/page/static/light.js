// The photo's light, given back to what a network drew of it, as darkroom.render.light does it.

import { blurred } from "./guided.js";

const AROUND = 0.4;
const DARK = 0.01;
const MOST = 2;
const WHITE = 0.95;
const LAMP = 0.003;

const linear = (code) => (code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4);
const encoded = (light) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** A network's picture with the light that the photo has around each place; `blur` is its radius. */
export function kept(drawn, seen, blur, widest) {
  const means = (values, deviation, channels = 3) => blurred({ ...drawn, values, channels }, deviation).values;
  const window = AROUND * widest;
  const [photo, light] = [seen, drawn].map(({ values }) => values.map(linear));
  const sharp = means(photo, window);
  const soft = means(photo, Math.hypot(window, widest / 2));
  const own = means(light, window);
  const white = new Float32Array(drawn.height * drawn.width);
  for (let at = 0; at < seen.values.length; at++) {
    if (seen.values[at] > WHITE) white[Math.trunc(at / 3)] = 1;
  }
  const lamps = means(white, widest, 1);
  const values = light.map((value, at) => {
    const place = Math.trunc(at / 3);
    const before = sharp[at] + (blur[place] / widest) ** 2 * (soft[at] - sharp[at]);
    const ratio = (before + DARK) / (own[at] + DARK);
    const known = 1 - Math.min(1, lamps[place] / LAMP);
    const gain = Math.min(MOST, Math.max(1 / MOST, ratio)) ** known;
    return Math.min(1, Math.max(0, encoded(value * gain)));
  });
  return { ...drawn, values };
}
