// Talks to the server. Whatever goes wrong becomes one sentence for the reader.

export class Refused extends Error {}

export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refused("The program behind this page does not answer; is it still running?");
  }
  if (answer.ok) return answer;
  if (answer.headers.get("Overtaken") === "True") {
    throw new DOMException("overtaken", "AbortError");
  }
  const content = await answer.json().catch(() => ({}));
  throw new Refused(content.error ?? `The server refused with status ${answer.status}.`);
}

export const post = (path, body, signal) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });

export const upload = (path, file) => ask(path, { method: "POST", body: file });

const IDLE = 350; // ms without a change, before the slow answer is worth asking for

/**
 * Pictures of a look that keeps changing: a quick preview at once, full quality when
 * nothing has changed for a while. One preview is under way at a time; of those that
 * wait only the newest is asked for. A full answer is aborted by any change.
 */
export class Pictures {
  #turn = Date.now(); // grows also over reloads of the page
  #wanted = null;
  #running = false;
  #quick = new AbortController();
  #slow = new AbortController();
  #timer = 0;

  constructor(show, fail, busy) {
    this.show = show; // (Blob, isFull, Headers) => Promise
    this.fail = fail; // (Error) => void
    this.busy = busy; // (boolean) => void: the full picture is being drawn
  }

  /** `preview` and `full` are paths; without `full` the preview is the last word. */
  want(preview, full, look) {
    this.#leave();
    this.#wanted = { preview, full, body: { ...look, turn: ++this.#turn } };
    if (!this.#running) this.#run();
  }

  /** Nothing that was wanted of another photo is shown any more. */
  stop() {
    this.#leave();
    this.#quick.abort();
    this.#wanted = null;
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#slow.abort();
    this.busy(false);
  }

  async #run() {
    this.#running = true;
    let last;
    while (this.#wanted) {
      last = this.#wanted;
      this.#wanted = null;
      this.#quick = new AbortController();
      await this.#fetch(last.preview, last.body, false, this.#quick.signal);
    }
    this.#running = false;
    if (!last.full || this.#quick.signal.aborted) return;
    this.#slow = new AbortController();
    const { signal } = this.#slow;
    this.busy(true);
    this.#timer = setTimeout(async () => {
      await this.#fetch(last.full, last.body, true, signal);
      if (!signal.aborted) this.busy(false);
    }, IDLE);
  }

  async #fetch(path, body, full, signal) {
    try {
      const answer = await post(path, body, signal);
      const picture = await answer.blob();
      await this.show(picture, full, answer.headers);
    } catch (problem) {
      if (problem.name !== "AbortError") this.fail(problem);
    }
  }
}
