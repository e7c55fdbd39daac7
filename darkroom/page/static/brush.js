// Strokes of "keep sharp", "blur this" and the eraser, in fractions of the photo.

const COLOURS = { sharp: "rgb(242 166 90)", blurred: "rgb(100 165 255)", erase: "#000" };
const MOST = 4_000_000; // pixels of the canvas: what lies over the photo has no fine detail

export class Brush {
  strokes = []; // {kind, size: of the longer side, soft: of the radius, points: [[x, y], ...]}
  #done = document.createElement("canvas"); // all but the stroke that is being drawn

  constructor(canvas) {
    this.canvas = canvas;
  }

  begin(kind, size, soft, point) {
    this.strokes = [...this.strokes, { kind, size, soft, points: [point] }];
    this.#show(this.strokes.at(-1));
  }

  extend(point) {
    const stroke = this.strokes.at(-1);
    const [x, y] = stroke.points.at(-1);
    const { width, height } = this.canvas;
    const far = Math.hypot((point[0] - x) * width, (point[1] - y) * height);
    if (far < (stroke.size * Math.max(width, height)) / 12) return;
    stroke.points.push(point);
    this.#show(stroke);
  }

  /** The stroke is whole. */
  end() {
    const drawn = this.strokes.at(-1);
    if (drawn) this.#draw(this.#done.getContext("2d"), drawn);
  }

  set(strokes) {
    this.strokes = strokes;
    this.#redraw();
  }

  /** Fits the canvas to the frame's pixels on the screen. */
  resize(width, height) {
    const scale = Math.min(devicePixelRatio, Math.sqrt(MOST / (width * height)));
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    if (size.width === this.canvas.width && size.height === this.canvas.height) return;
    Object.assign(this.canvas, size);
    this.#redraw();
  }

  #redraw() {
    const { width, height } = this.canvas;
    Object.assign(this.#done, { width, height });
    const ink = this.#done.getContext("2d");
    this.strokes.forEach((stroke) => this.#draw(ink, stroke));
    this.#show(null);
  }

  #show(unfinished) {
    const { width, height } = this.canvas;
    const ink = this.canvas.getContext("2d");
    ink.clearRect(0, 0, width, height);
    if (width && height) ink.drawImage(this.#done, 0, 0);
    if (unfinished) this.#draw(ink, unfinished);
  }

  #draw(ink, { kind, size, soft, points }) {
    const { width, height } = this.canvas;
    const radius = (size * Math.max(width, height)) / 2;
    // A soft rim is the shadow of a line that itself lies outside the canvas.
    const aside = soft ? 4 * (width + height) : 0;
    ink.save();
    ink.lineCap = ink.lineJoin = "round";
    ink.lineWidth = 2 * radius * (1 - soft / 2);
    ink.shadowBlur = 0.48 * soft * radius;
    ink.shadowOffsetX = aside;
    ink.beginPath();
    for (const [x, y] of points) ink.lineTo(x * width - aside, y * height);
    const [x, y] = points[0];
    if (points.length === 1) ink.lineTo(x * width - aside + 0.01, y * height);
    // Where strokes lie over one another the later one holds, as in the picture.
    ink.globalCompositeOperation = "destination-out";
    ink.strokeStyle = ink.shadowColor = COLOURS.erase;
    ink.stroke();
    if (kind !== "erase") {
      ink.globalCompositeOperation = "source-over";
      ink.strokeStyle = ink.shadowColor = COLOURS[kind];
      ink.stroke();
    }
    ink.restore();
  }
}
