/**
 * Does `work` for each item, in their order, at most so many at a time. When one fails, those that have begun come to their
 * end, no other begins, and the error of the earliest item that failed is thrown: which one was faster says nothing.
 */
export async function eachInParallel<T>(
  items: Iterable<T>,
  atOnceMax: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const errors = new Map<number, unknown>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (errors.size === 0 && next < waiting.length) {
      const at = next;
      const item = waiting[at];
      next += 1;
      try {
        if (item !== undefined) await work(item);
      } catch (error) {
        errors.set(at, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, waiting.length) }, worker));
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()));
}

/** Waits for both, also where one fails: nothing goes on behind the back of whoever asked. The first one's error counts first. */
export async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}
