import { limits } from '../../base/limits.ts';

/** What a `WWW-Authenticate` header asks for (RFC 9110, section 11.6.1). Names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads all challenges of a header; what does not follow the grammar ends the list. */
export function parseChallenges(header: string): readonly Challenge[] {
  const token = /\s*(?:,\s*)*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
  const text = header.slice(0, limits.challengeCharsMax);
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [, name = '', quoted, plain] = found;
    const value = quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1');
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return challenges;
}
