// Strokes of "keep sharp" and "blur this", in fractions of the photo.

const COLOURS = { sharp: "rgb(242 166 90 / 38%)", blurred: "rgb(100 165 255 / 38%)" };

export class Brush {
  strokes = []; // {kind, size: of the longer side, points: [[x, y], ...]}

  constructor(canvas) {
    this.canvas = canvas;
  }

  begin(kind, size, point) {
    this.strokes.push({ kind, size, points: [point] });
    this.draw();
  }

  extend(point) {
    const { points, size } = this.strokes.at(-1);
    const [x, y] = points.at(-1);
    const { width, height } = this.canvas;
    const far = Math.hypot((point[0] - x) * width, (point[1] - y) * height);
    if (far < (size * Math.max(width, height)) / 12) return;
    points.push(point);
    this.draw();
  }

  undo() {
    this.strokes.pop();
    this.draw();
  }

  clear() {
    this.strokes = [];
    this.draw();
  }

  /** Fits the canvas to the frame's pixels on the screen. */
  resize(width, height) {
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    this.draw();
  }

  draw() {
    const { width, height } = this.canvas;
    const ink = this.canvas.getContext("2d");
    ink.clearRect(0, 0, width, height);
    ink.lineCap = ink.lineJoin = "round";
    for (const { kind, size, points } of this.strokes) {
      ink.lineWidth = size * Math.max(width, height);
      ink.beginPath();
      for (const [x, y] of points) ink.lineTo(x * width, y * height);
      const [x, y] = points[0];
      if (points.length === 1) ink.lineTo(x * width + 0.01, y * height);
      // Where strokes lie over one another the later one holds, as in the picture.
      ink.globalCompositeOperation = "destination-out";
      ink.strokeStyle = "#000";
      ink.stroke();
      ink.globalCompositeOperation = "source-over";
      ink.strokeStyle = COLOURS[kind];
      ink.stroke();
    }
  }
}
