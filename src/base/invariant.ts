/**
 * We are wrong: a state that our own code must never reach. It crashes on purpose;
 * what the world does wrong is a {@link Failure}, never an invariant.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Closes an exhaustive switch: a new member of a union fails to compile here. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
