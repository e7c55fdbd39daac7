// What a control does to the photo, in a photographer's words: on hover, focus, long press.

const TIPS = {
  amount: "Opens the aperture. The smaller the f-number, the thinner the slice that is sharp.",
  focal_range: "How deep the slice is that stays fully sharp. Auto: as deep as what is in focus; one plane: as a real lens.",
  boost: "How bright lamps and glints were before the photo clipped them. More makes their discs shine.",
  shape: "What every light out of focus turns into: the opening of the lens, seen from the front.",
  blades: "How many blades the iris has: five make pentagons, nine are nearly round.",
  curvature: "Rounded blades soften the polygon's corners.",
  rotation: "Turns the iris, and every polygon with it.",
  cats_eye: "Towards the corners the barrel cuts discs into almonds, which swirl around the middle.",
  squeeze: "Below 1 lights stand as tall ovals, as with an anamorphic lens of the cinema.",
  spherical: "To the right soap bubbles behind the focus and cream in front, as old triplets draw; to the left the reverse.",
  fringing: "Green edges behind the focus and magenta in front, as fast old lenses have them.",
  vignette: "Darker corners, where discs narrow too, as lenses have them wide open.",
  grain: "Blur wipes the photo's grain away; this gives it back, so that the background does not look pasted in.",
  "brush-size": "Width of the brush.",
  "brush-soft": "How gently the brush fades at its rim. Half painted is half as blurred.",
  undo: "Takes the last step back (Ctrl+Z), whatever it was.",
  redo: "Does it again (Ctrl+Shift+Z).",
  "tool-focus": "Click what should be sharp; the whole plane at that distance is.",
  "tool-sharp": "Paint what must stay sharp wherever the focus is, hair for example.",
  "tool-blurred": "Paint what must go out of focus, a pole behind a head for example.",
  "tool-erase": "Rubs the brush out again.",
  "draw-box": "Draw a box around one thing: it is cut out and stands sharp before the rest.",
  "box-depth": "Draw a box around one thing: it is cut out and stands sharp before the rest.",
  "second-photo": "A photo of the same thing, taken a step to the right at the same height: two views tell how far everything is.",
  "choose-depth": "A picture of how far everything is, from a phone or another program.",
  "choose-matte": "A cut-out or a grey picture: how much of each pixel is the subject's. It keeps single hairs.",
  meaning: "If near and far are the wrong way round, say so here.",
  "save-depth": "The depth as a picture of 16 bits: near is white.",
  "save-matte": "Who or what is kept sharp, as a picture: white is sharp. It can be opened again as a matte.",
  "network-draw": "A network trained on photos of a real lens draws the picture, on your own processor.",
  "zoom-actual": "One pixel of the photo on one of the screen (1). Drag to move about.",
  "zoom-fit": "The whole photo (0).",
};
const SOON = 550; // ms

const tip = document.getElementById("tip");
let timer = 0;
let shown = null;

export function listen() {
  for (const [name, text] of Object.entries(TIPS)) {
    const control = document.querySelector(`#panel [name=${name}]`) ?? document.getElementById(name);
    const place = control?.closest("label.slider, fieldset.tiles, #tools label") ?? control;
    if (place) explain(place, control, text);
  }
}

/** Has a tip for a place, read out with a control in it. */
export function explain(place, control, text) {
  control.setAttribute("aria-description", text);
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => show(place, text), wait);
  };
  place.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && later(SOON));
  place.addEventListener("pointerdown", (event) => (event.pointerType === "mouse" ? hide() : later(SOON)));
  for (const end of ["pointerleave", "pointercancel", "pointerup"]) place.addEventListener(end, hide);
  place.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && later(SOON));
  place.addEventListener("focusout", hide);
}

function show(place, text) {
  const box = place.getBoundingClientRect();
  if (!box.width) return;
  tip.textContent = text;
  tip.hidden = false;
  shown = place;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(innerWidth - width - 10, Math.max(10, box.left + box.width / 2 - width / 2));
  const below = box.bottom + 8 + height < innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? box.bottom + 8 : Math.max(10, box.top - 8 - height)}px`;
}

function hide() {
  clearTimeout(timer);
  tip.hidden = true;
  shown = null;
}

addEventListener("scroll", () => shown && hide(), { capture: true, passive: true });
addEventListener("keydown", (event) => event.key === "Escape" && hide());
