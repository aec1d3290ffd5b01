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
