// One photograph on its way to its drawing.

import {fileOf, Problem, translate} from './service.js';

/** How often a busy server is asked again, and for how many seconds it is waited at most. */
const mostTries = 6;
const longestWait = 30;

/** Its `state` is `waiting`, `sending`, `drawing`, `drawn` or `problem`; a `change` tells of another. */
export class Picture extends EventTarget {
  state = 'waiting';
  /** How much of the file has been sent, 0 to 1. */
  share = 0;
  /** @type {{url: string, heat: string | null, width: number, height: number, times: object} | null} */
  drawn = null;
  /** @type {Problem | null} */
  problem = null;
  #current = null;

  /** @param {import('./frame.js').Part | null} part null where the photograph cannot be shown. */
  constructor(photograph, part) {
    super();
    this.photograph = photograph;
    this.part = part;
  }

  /** Gives up what goes on, and what there is. */
  reset() {
    this.#current?.abort(new DOMException('begun anew', 'AbortError'));
    this.#current = null;
    if (this.drawn) {
      URL.revokeObjectURL(this.drawn.url);
      if (this.drawn.heat) URL.revokeObjectURL(this.drawn.heat);
    }
    this.drawn = null;
    this.problem = null;
    this.#enter('waiting');
  }

  /**
   * Has it drawn; what goes wrong becomes its problem.
   *
   * @param {Record<string, string>} choice model and direction.
   * @param {(problem: Problem) => Promise<boolean>} admit asks for a key where one is needed.
   */
  async draw(choice, admit) {
    this.reset();
    const current = this.#current = new AbortController();
    try {
      const answer = await this.#asked(admit, current.signal, () => translate(
        this.photograph.file, {...this.parameters(choice), format: 'json'}, {
          signal: current.signal,
          sent: (share) => {
            this.share = share;
            if (!current.signal.aborted) this.#enter(share < 1 ? 'sending' : 'drawing');
          },
        }));
      if (current.signal.aborted) return;
      this.drawn = {
        url: URL.createObjectURL(fileOf(answer.image)),
        // A network may look nowhere in particular.
        heat: answer.heatmap ? URL.createObjectURL(fileOf(answer.heatmap)) : null,
        width: answer.image.width,
        height: answer.image.height,
        times: answer.timings_ms,
      };
      this.#enter('drawn');
    } catch (error) {
      if (current.signal.aborted) return;
      this.fail(error);
    }
  }

  /** The drawing in the size that its part has in the photograph, a PNG file. */
  async drawLarge(choice, admit) {
    return this.#asked(admit, undefined, () => translate(
      this.photograph.file, {...this.parameters(choice), size: 'original', format: 'png'}, {as: 'blob'}));
  }

  parameters(choice) {
    if (!this.part) return {...choice, fit: 'crop'};
    return {...choice, crop: this.part.crop(this.photograph)};
  }

  fail(error) {
    this.problem = error instanceof Problem
      ? error : new Problem({title: 'It did not work', detail: String(error?.message ?? error)});
    this.#enter('problem');
  }

  /** Asks again where the server is busy and says when. */
  async #asked(admit, signal, ask) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Problem) || signal?.aborted) throw error;
        if (error.status === 401) {
          if (!await admit(error)) throw error;
        } else if ([429, 503].includes(error.status) && error.retryAfter !== null && tries < mostTries) {
          await pause(Math.min(error.retryAfter, longestWait), signal);
        } else {
          throw error;
        }
        if (signal?.aborted) throw error;
      }
    }
  }

  #enter(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

/** Ends early when it is given up. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener('abort', resolve, {once: true});
  });
}

/** Has pictures drawn, a few at a time, so that one that is asked for again waits for few. */
export class Line {
  #waiting = [];
  #running = 0;

  /** @param {(picture: Picture) => Promise<void>} draw never throws. */
  constructor(draw, width = 2) {
    this.draw = draw;
    this.width = width;
  }

  /** Puts it at the end, or at the beginning if somebody looks at it. */
  add(picture, {first = false} = {}) {
    picture.reset();
    this.#waiting = this.#waiting.filter((other) => other !== picture);
    if (first) this.#waiting.unshift(picture); else this.#waiting.push(picture);
    this.#next();
  }

  #next() {
    while (this.#running < this.width && this.#waiting.length > 0) {
      this.#running += 1;
      this.draw(this.#waiting.shift()).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }
}
