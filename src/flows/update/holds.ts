import { Failure } from '../../base/failure.ts';
import { clip, visibleLine } from '../../base/text.ts';
import type { CommitId } from '../../model/commit.ts';
import { readConfig } from '../../model/config.ts';
import { withHold } from '../../model/config-holds.ts';
import { isHeld, type Hold } from '../../model/hold.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import { configFileName } from '../../ports/config-file.ts';
import type { GitRepository } from '../../ports/git.ts';
import type { PatchedFile } from '../../stages/pin/patch.ts';
import type { BaseConfig } from './base.ts';
import type { ReportedUnit } from './report.ts';

/** The holds that one commit adds to lockkeeper.yaml. */
export interface WantedHolds {
  readonly entries: readonly Hold[];
  /** lockkeeper.yaml with the entries; undefined: there are none. */
  readonly file: PatchedFile | undefined;
}

/** Who writes the holds of culprits. */
export const holdAuthor = 'lockkeeper update';

// A sentence that a person reads in a file; all of it is in the evidence.
const reasonCharsMax = 300;

/** The holds of all culprits among the units: each name stays back from the one digest that was found bad. */
export function culpritHolds(units: readonly ReportedUnit[]): readonly Hold[] {
  const holds = units.flatMap(({ moves, state }) =>
    state.kind !== 'held back'
      ? []
      : moves.map(({ name, to }): Hold => {
          const { why, until, evidence } = state;
          const reason = clip(visibleLine(why), reasonCharsMax);
          const image = shortName(formatReference(name));
          return { image, author: holdAuthor, reason, until, digest: to, keep: undefined, evidence };
        }),
  );
  return [...new Map(holds.map((hold) => [holdKey(hold), hold])).values()];
}

interface OnBranch {
  readonly base: BaseConfig | undefined;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** The last day of a hold that is made now, and of one that another machine's clock could make. */
  readonly ends: { readonly now: string; readonly latest: string };
}

/**
 * The holds that our branch adds to those of the base: they hold although nobody has merged them yet. One that a clock far
 * ahead has dated ends as if it were made now.
 */
export async function holdsOnBranch(
  repository: GitRepository,
  tip: CommitId,
  { base, now, ends }: OnBranch,
): Promise<readonly Hold[]> {
  if (base?.isOutside === true) return [];
  const file = base?.file ?? configFileName;
  const bytes = (await repository.files(tip, [file])).get(file)?.bytes;
  if (bytes === undefined) return [];
  // One that is over there holds nothing: ours beside it does.
  const inForce = (base?.config.holds ?? []).filter((hold) => isHeld(hold, now));
  const known = new Set(inForce.map(holdKey));
  try {
    const { holds } = readConfig(bytes.toString(), file, base?.config.directory ?? repository.root);
    return holds
      .filter((hold) => hold.author === holdAuthor && !known.has(holdKey(hold)))
      .map((hold) =>
        hold.until !== undefined && hold.until > ends.latest ? { ...hold, until: ends.now } : hold,
      );
  } catch (error) {
    // Another version's config, or one that was damaged: what it held is found out again.
    if (error instanceof Failure) return [];
    throw error;
  }
}

function holdKey({ image, digest }: Hold): string {
  return `${image} ${digest ?? ''}`;
}

/**
 * The config with more holds, and nothing else changed. One outside of the repository is nobody's to commit.
 * @throws Failure `config-invalid` (their list cannot be edited)
 */
export function withHolds(base: BaseConfig | undefined, entries: readonly Hold[]): WantedHolds {
  if (base?.isOutside === true) return { entries: [], file: undefined };
  const { file, text } = base ?? { file: configFileName, text: undefined };
  const directory = base?.config.directory ?? '/';
  const written = entries.reduce((sofar, entry) => withHold({ text: sofar, file, directory }, entry), text);
  if (entries.length === 0 || written === undefined) return { entries, file: undefined };
  return {
    entries,
    file: { file, before: base && Buffer.from(base.text), after: Buffer.from(written) },
  };
}
