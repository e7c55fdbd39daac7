// Pictures in other sizes, and blurred, as darkroom.pixels and OpenCV make them: a network
// that was checked in Python gets the same numbers here.

/** Pillow's bicubic (a = -0.5), which is widened where a picture becomes smaller. */
function cubic(x) {
  const far = Math.abs(x);
  if (far < 1) return (1.5 * far - 2.5) * far * far + 1;
  if (far < 2) return ((-0.5 * far + 2.5) * far - 4) * far + 2;
  return 0;
}

/** For each of `to` places the first of the `from` that it is made of, and their parts. */
function weights(from, to) {
  const scale = from / to;
  const wide = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - 2 * wide + 0.5));
    const last = Math.min(from, Math.trunc(centre + 2 * wide + 0.5));
    const parts = Float64Array.from({ length: last - first }, (_, i) =>
      cubic((first + i - centre + 0.5) / wide));
    const sum = parts.reduce((a, b) => a + b, 0);
    return { first, parts: parts.map((part) => part / sum) };
  });
}

/** Resizes the middle axis of `[outer, from, inner]`; bytes are rounded, halves up. */
function along(values, outer, from, to, inner) {
  if (from === to) return values;
  const half = values instanceof Float32Array ? 0 : 0.5;
  const result = new values.constructor(outer * to * inner);
  const sums = new Float64Array(inner);
  const taps = weights(from, to);
  for (let o = 0; o < outer; o++) {
    for (let place = 0; place < to; place++) {
      const { first, parts } = taps[place];
      sums.fill(half);
      for (let p = 0; p < parts.length; p++) {
        const start = (o * from + first + p) * inner;
        for (let i = 0; i < inner; i++) sums[i] += parts[p] * values[start + i];
      }
      const start = (o * to + place) * inner;
      for (let i = 0; i < inner; i++) result[start + i] = half ? Math.floor(sums[i]) : sums[i];
    }
  }
  return result;
}

/**
 * A picture `{ values, height, width, channels }` in another size. Bytes
 * (Uint8ClampedArray) stay bytes, also between the two passes; floats stay floats.
 */
export function resize({ values, height, width, channels }, [rows, columns]) {
  const across = along(values, height, width, columns, channels);
  return {
    values: along(across, 1, height, rows, columns * channels),
    height: rows,
    width: columns,
    channels,
  };
}

/** A picture continued to a size by its mirror image, by `before` above and at the left. */
export function continued({ values, height, width, channels }, [rows, columns], before) {
  const result = new values.constructor(rows * columns * channels);
  const across = Array.from({ length: columns }, (_, x) => mirrored(x - before, width) * channels);
  for (let y = 0, to = 0; y < rows; y++) {
    const row = mirrored(y - before, height) * width * channels;
    for (const x of across) {
      for (let c = 0; c < channels; c++) result[to++] = values[row + x + c];
    }
  }
  return { values: result, height: rows, width: columns, channels };
}

/** Like the edge of a mirror, which itself is not repeated. */
function mirrored(place, length) {
  const round = Math.max(1, 2 * (length - 1));
  const along = Math.abs(place) % round;
  return Math.min(along, round - along);
}

/** A picture enlarged to a size, the softest way: a network's own is no softer. */
export function bilinear(picture, [rows, columns]) {
  const { values, height, width, channels } = picture;
  const places = (from, to) => Array.from({ length: to }, (_, place) => {
    const at = Math.min(from - 1, Math.max(0, ((place + 0.5) * from) / to - 0.5));
    return [Math.floor(at), Math.min(from - 1, Math.floor(at) + 1), at % 1];
  });
  const across = places(width, columns);
  const result = new Float32Array(rows * columns * channels);
  let to = 0;
  for (const [top, bottom, down] of places(height, rows)) {
    for (const [left, right, along] of across) {
      for (let c = 0; c < channels; c++) {
        const at = (y, x) => values[(y * width + x) * channels + c];
        const above = at(top, left) * (1 - along) + at(top, right) * along;
        const below = at(bottom, left) * (1 - along) + at(bottom, right) * along;
        result[to++] = above * (1 - down) + below * down;
      }
    }
  }
  return { values: result, height: rows, width: columns, channels };
}

/** OpenCV's Gaussian blur of floats, mirrored outside. */
export function blurred({ values, height, width, channels }, deviation) {
  const reach = ((Math.round(8 * deviation + 1) | 1) - 1) / 2;
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const sum = kernel.reduce((a, b) => a + b);
  const pass = (from, outer, length, inner) => {
    const result = new Float32Array(from.length);
    const sums = new Float64Array(inner);
    for (let o = 0; o < outer; o++) {
      for (let place = 0; place < length; place++) {
        sums.fill(0);
        for (let k = -reach; k <= reach; k++) {
          const start = (o * length + mirrored(place + k, length)) * inner;
          for (let i = 0; i < inner; i++) sums[i] += kernel[k + reach] * from[start + i];
        }
        const start = (o * length + place) * inner;
        for (let i = 0; i < inner; i++) result[start + i] = sums[i] / sum;
      }
    }
    return result;
  };
  const across = pass(values, height, width, channels);
  return { values: pass(across, 1, height, width * channels), height, width, channels };
}
