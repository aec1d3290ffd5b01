import { limits } from '../../../base/limits.ts';

/** Collects text of any length in pieces of any size: its beginning and its end are kept, what lies between is not. */
export class BoundedText {
  #head = '';
  #tail = '';
  #isCut = false;

  add(text: string): void {
    const room = limits.failureHeadCharsMax - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    if (text.length <= room) return;
    this.#tail += text.slice(Math.max(0, room));
    // Cut only now and then, so that many small pieces cost no more than one large one.
    if (this.#tail.length <= 2 * limits.failureTailCharsMax) return;
    this.#tail = this.#tail.slice(-limits.failureTailCharsMax);
    this.#isCut = true;
  }

  /** What was collected; it starts anew. */
  take(): string {
    const text = this.#isCut ? `${this.#head}\n…\n${this.#tail}` : this.#head + this.#tail;
    this.#head = '';
    this.#tail = '';
    this.#isCut = false;
    return text.toWellFormed();
  }
}
