/**
 * Does `work` for each item, in their order, at most so many at a time. When one fails, those that have begun come to their
 * end, no other begins, and the first error is thrown.
 */
export async function eachInParallel<T>(
  items: Iterable<T>,
  atOnceMax: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (errors.length === 0 && next < waiting.length) {
      const item = waiting[next];
      next += 1;
      try {
        if (item !== undefined) await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, waiting.length) }, worker));
  if (errors.length > 0) throw errors[0];
}
