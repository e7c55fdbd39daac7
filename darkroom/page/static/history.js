// Undo and redo for everything: states of the page, one behind the other.

const IDLE = 500; // ms: what changes without a pause is one step

export class History {
  #states = [];
  #now = -1;
  #timer = 0;

  /** `read()` returns the state, `write(state)` sets it, `same(a, b)` compares two. */
  constructor(read, write, same, told) {
    Object.assign(this, { read, write, same, told });
  }

  /** Forgets all: what is now is the beginning. */
  begin() {
    clearTimeout(this.#timer);
    this.#states = [this.read()];
    this.#now = 0;
    this.told(this);
  }

  /** Something has changed, and may go on changing, as a slider does. */
  note() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), IDLE);
  }

  /** What is now is a step. */
  keep() {
    clearTimeout(this.#timer);
    const state = this.read();
    if (this.#now < 0 || this.same(state, this.#states[this.#now])) return;
    this.#states = [...this.#states.slice(0, this.#now + 1), state];
    this.#now += 1;
    this.told(this);
  }

  get canUndo() {
    return this.#now > 0;
  }

  get canRedo() {
    return this.#now < this.#states.length - 1;
  }

  undo() {
    this.keep();
    if (this.canUndo) this.#go(-1);
  }

  redo() {
    if (this.canRedo) this.#go(1);
  }

  #go(step) {
    clearTimeout(this.#timer);
    this.#now += step;
    this.told(this);
    this.write(this.#states[this.#now]);
  }
}
