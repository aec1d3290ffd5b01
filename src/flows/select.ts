import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import type { Suite } from '../model/suite.ts';

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

/** The suites that guard an image, in its own order. @throws Failure `name-unknown` */
export function suitesOf({ suites, file }: Config, image: ImageDefinition): readonly Suite[] {
  return image.suites.map((wanted) => {
    const suite = suites.find(({ name }) => name === wanted);
    if (suite !== undefined) return suite;
    throw new Failure(
      'name-unknown',
      `image ${image.name} is guarded by a suite ${wanted} that is not there`,
      {
        where: { file },
      },
    );
  });
}
