import { compareVersions } from '../../model/buildpack-knowledge.ts';
import type { Digest } from '../../model/digest.ts';
import type { NameHold } from '../../model/hold.ts';
import type { ImageRuntimes } from '../../model/image-runtime.ts';
import type { Ceiling } from '../../model/parity-watch.ts';
import { formatReference, type Reference } from '../../model/reference.ts';

/** A move of a plan, and what its images say that they have. */
export interface MovedRuntimes {
  readonly name: Reference;
  readonly to: Digest;
  readonly runtimes:
    | { readonly kind: 'told'; readonly before: ImageRuntimes; readonly after: ImageRuntimes }
    /** A registry gave no answer. */
    | { readonly kind: 'silent'; readonly why: string };
}

/**
 * A hold for each move that would take a runtime across a ceiling: tests that ran on the image would say nothing of what
 * the platform builds. A pin that is across already loses nothing by a newer fix. Where an image cannot be asked the move
 * waits, since silence lifts no ceiling.
 */
export function ceilingHolds(
  moves: readonly MovedRuntimes[],
  ceilings: readonly Ceiling[],
): readonly NameHold[] {
  const lowest = ceilings.toSorted((left, right) => compareVersions(left.below, right.below));
  return moves.flatMap(({ name, to, runtimes }) => {
    const found = lowest.flatMap((ceiling) => reasonOf(runtimes, ceiling))[0];
    if (found === undefined) return [];
    const image = formatReference(name);
    const hold = { image, author, reason: found.reason, until: found.until, digest: to };
    return [{ name: image, hold: { ...hold, keep: undefined, evidence: undefined } }];
  });
}

/** Who says so in reports, where persons stand for holds of theirs. */
const author = 'parity watch';

function reasonOf(
  runtimes: MovedRuntimes['runtimes'],
  { runtime, below, reason, until }: Ceiling,
): readonly { readonly reason: string; readonly until: string }[] {
  if (runtimes.kind === 'silent') {
    const what = `whether its ${runtime} is below ${below} cannot be told (${runtimes.why})`;
    return [{ reason: `${what}, and ${uncapped(reason)}`, until }];
  }
  const [before, after] = [runtimes.before.get(runtime), runtimes.after.get(runtime)];
  const crosses =
    before !== undefined &&
    after !== undefined &&
    compareVersions(before, below) < 0 &&
    compareVersions(after, below) >= 0;
  if (!crosses) return [];
  return [{ reason: `it goes from ${runtime} ${before} to ${after}, and ${uncapped(reason)}`, until }];
}

/** A sentence within another. */
function uncapped(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
