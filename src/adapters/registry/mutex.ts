/** Lets one piece of work at a time through, in the order in which they came. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const own = before.then(work);
    // Whoever waits behind waits for the end, however it comes out; the error goes to whom it belongs.
    this.#last = own.then(
      () => undefined,
      () => undefined,
    );
    return own;
  }
}
