import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';

/** Those of `all` that are named, in their own order; all of them when none is named. @throws Failure `name-unknown` */
export function selectByName<T>(
  all: readonly T[],
  names: readonly string[],
  nameOf: (each: T) => string,
  what: string,
): readonly T[] {
  const known = all.map(nameOf);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new Failure('name-unknown', `there is no ${what} called ${JSON.stringify(name)}`, {
      hint: near === undefined ? `Known: ${known.join(', ') || 'none'}.` : `Did you mean ${near}?`,
    });
  }
  return names.length === 0 ? all : all.filter((each) => names.includes(nameOf(each)));
}
