import { isFailure } from '../base/failure.ts';

/** What a cache does for us: one that cannot be used is told of in `faults`, and stops nobody. */
export async function trying<T>(faults: Set<string>, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    faults.add(`what is read of layers is not kept: ${error.message}`);
    return undefined;
  }
}
