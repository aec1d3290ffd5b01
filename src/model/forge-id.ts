import { Failure } from '../base/failure.ts';

/**
 * What a forge, or a service that runs checks, calls a thing of its own: a pull request, an issue, a run. Nobody reads
 * anything into it. It comes back to us in bodies that strangers may edit, and stands in URLs: hence the grammar.
 */
export type ForgeId = string & { readonly __brand: 'ForgeId' };

const grammar = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export function isForgeId(text: string): text is ForgeId {
  return grammar.test(text);
}

/** @throws Failure `forge-answer-invalid` */
export function parseForgeId(text: string): ForgeId {
  if (isForgeId(text)) return text;
  throw new Failure('forge-answer-invalid', `${JSON.stringify(text.slice(0, 200))} is no id of a forge`);
}
