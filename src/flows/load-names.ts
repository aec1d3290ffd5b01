import { Failure, isFailure } from '../base/failure.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Candidate } from '../model/candidate.ts';
import { parseReference, type Reference } from '../model/reference.ts';
import { selectByName } from './select.ts';

export interface NameOrder {
  /** The bundle as the person wrote it, for hints. */
  readonly bundleName: string;
  /** Members to load; all of them where none is named. */
  readonly images: readonly string[];
  /** `NAME`, where one member is loaded, or `IMAGE=NAME`. */
  readonly as: readonly string[];
}

/** A member of a bundle, and what it is to be called where it is loaded. */
export interface NamedMember {
  readonly candidate: Candidate;
  /** With a tag, without a digest. */
  readonly name: Reference;
}

/**
 * Members keep the name that they have in the bundle, spelled out as engines and clusters do: `ci` is
 * `docker.io/library/ci:latest`, and a pod that says `image: ci` finds it. `--as` gives another one.
 * @throws Failure `usage`, `name-unknown`, `reference-invalid`
 */
export function namesOf(bundle: Bundle, { images, as, bundleName }: NameOrder): readonly NamedMember[] {
  const members = selectByName(bundle.members, images, ({ image }) => image, `image in ${bundleName}`);
  const given = givenNames(members, as);
  const named = members.map((candidate) => ({ candidate, name: nameOf(candidate, given) }));
  const written = named.map(({ name }) => `${name.registry}/${name.repository}:${name.tag}`);
  const twice = written.find((name, index) => written.indexOf(name) !== index);
  if (twice === undefined) return named;
  throw new Failure('usage', `two images of ${bundleName} would both be called ${twice}`, {
    hint: 'Give each its own name with `--as IMAGE=NAME`.',
  });
}

function givenNames(members: readonly Candidate[], as: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const text of as) {
    const equals = text.indexOf('=');
    const [only, ...others] = members;
    if (equals === -1 && (only === undefined || others.length > 0)) {
      throw new Failure('usage', `--as ${text} does not say which of ${members.length} images it names`, {
        hint: 'Write `--as IMAGE=NAME`.',
      });
    }
    const image = equals === -1 ? (only?.image ?? '') : text.slice(0, equals);
    selectByName(members, [image], (member) => member.image, 'image to load');
    given.set(image, text.slice(equals + 1));
  }
  return given;
}

function nameOf({ image }: Candidate, given: ReadonlyMap<string, string>): Reference {
  const written = given.get(image);
  const { digest, ...name } = parse(written ?? image, written === undefined);
  if (digest !== undefined && written !== undefined)
    throw new Failure('usage', `--as ${written} names a digest; what an image is, its bytes say`);
  return { ...name, tag: name.tag ?? 'latest' };
}

function parse(text: string, isMember: boolean): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (!isMember || !isFailure(error, 'reference-invalid', 'digest-invalid')) throw error;
    throw new Failure('usage', `${JSON.stringify(text)} is no name that an image can have in a receiver`, {
      hint: `Give it one with \`--as ${text}=NAME\`.`,
      cause: error,
    });
  }
}
