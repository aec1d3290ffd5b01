import { Failure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { clip, visibleLine } from '../../base/text.ts';
import type { CommitId } from '../../model/commit.ts';
import { readConfig } from '../../model/config.ts';
import { addEntry, type EntryFields } from '../../model/config-edit.ts';
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

/** Who writes these holds. */
const author = 'lockkeeper update';

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
          return { image, author, reason, until, digest: to, keep: undefined, evidence };
        }),
  );
  return [...new Map(holds.map((hold) => [holdKey(hold), hold])).values()];
}

/** The holds that our branch adds to those of the base: they hold although nobody has merged them yet. `now`: ISO 8601, UTC. */
export async function holdsOnBranch(
  repository: GitRepository,
  tip: CommitId,
  { base, now }: { readonly base: BaseConfig | undefined; readonly now: string },
): Promise<readonly Hold[]> {
  const file = base?.file ?? configFileName;
  const bytes = (await repository.files(tip, [file])).get(file)?.bytes;
  if (bytes === undefined) return [];
  // One that is over there holds nothing: ours beside it does.
  const inForce = (base?.config.holds ?? []).filter((hold) => isHeld(hold, now));
  const known = new Set(inForce.map(holdKey));
  try {
    const { holds } = readConfig(bytes.toString(), file, base?.config.directory ?? repository.root);
    return holds.filter((hold) => hold.author === author && !known.has(holdKey(hold)));
  } catch (error) {
    // Another version's config, or one that was damaged: what it held is found out again.
    if (error instanceof Failure) return [];
    throw error;
  }
}

function holdKey({ image, digest }: Hold): string {
  return `${image} ${digest ?? ''}`;
}

/** What a repository without a config gets, so that a hold has a place. */
const emptyConfig = 'version: 1\n';

/** The config with more holds, and nothing else changed. */
export function withHolds(base: BaseConfig | undefined, entries: readonly Hold[]): WantedHolds {
  if (entries.length === 0) return { entries, file: undefined };
  const { file, text } = base ?? { file: configFileName, text: emptyConfig };
  const written = entries.reduce((sofar, entry) => addEntry(sofar, 'holds', fieldsOf(entry)), text);
  const { holds } = readConfig(written, file, base?.config.directory ?? '/');
  const before = base?.config.holds.length ?? 0;
  invariant(holds.length === before + entries.length, 'each hold was added once');
  return {
    entries,
    file: { file, before: base && Buffer.from(text), after: Buffer.from(written) },
  };
}

function fieldsOf({ image, author: who, reason, until, digest, evidence }: Hold): EntryFields {
  const fields = { image, author: who, reason, until, digest, evidence };
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
}
