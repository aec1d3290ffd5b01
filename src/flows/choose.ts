import { Failure } from '../base/failure.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Candidate } from '../model/candidate.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import type { Engine } from '../model/engine.ts';
import { parsePlatform, samePlatform } from '../model/platform.ts';
import { selectByName } from './select.ts';

/** The image that is named, or the only one. @throws Failure `usage`, `name-unknown` */
export function chooseImage(
  image: string | undefined,
  { members }: Bundle,
  config: Config,
): { readonly candidate: Candidate; readonly definition: ImageDefinition } {
  const candidate = chooseOne(
    members.map((member) => ({ ...member, name: member.image })),
    image,
    'image',
  );
  const [definition] = selectByName(
    config.images,
    [candidate.image],
    ({ name }) => name,
    `image in ${config.file}`,
  );
  if (definition !== undefined) return { candidate, definition };
  throw new Failure('name-unknown', `${config.file} does not name the image ${candidate.image}`);
}

/** The one that is named, or the only one. @throws Failure `usage`, `name-unknown` */
export function chooseOne<T extends { readonly name: string }>(
  all: readonly T[],
  name: string | undefined,
  what: 'image' | 'suite',
): T {
  const [only, ...others] = selectByName(
    all,
    name === undefined ? [] : [name],
    (each) => each.name,
    `${what} here`,
  );
  if (only !== undefined && others.length === 0) return only;
  throw new Failure('usage', `there are ${all.length} ${what}s: say which one`, {
    hint: `Name it with --${what}: ${all.map((each) => each.name).join(', ')}.`,
  });
}

/** The platform that is named, the only one, or the engine's own. @throws Failure `usage`, `platform-invalid` */
export function choosePlatform(
  { platforms, image }: Candidate,
  wanted: string | undefined,
  engine: Engine,
): Candidate['platforms'][number] {
  const [only, ...others] = platforms;
  if (wanted === undefined && only !== undefined && others.length === 0) return only;
  const platform = wanted === undefined ? engine.platform : parsePlatform(wanted);
  const found = platforms.find((each) => samePlatform(parsePlatform(each.platform), platform));
  if (found !== undefined) return found;
  throw new Failure('usage', `which platform of ${image} is to be tried?`, {
    hint: `Name it with --platform: ${platforms.map((each) => each.platform).join(', ')}.`,
  });
}
