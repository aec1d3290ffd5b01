import { plural } from '../../base/text.ts';
import { shortDigest } from '../../model/digest.ts';
import type { Move, MoveUnit } from '../../model/move.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import { shortKey, type ShortKey } from '../../model/short-key.ts';
import { unifiedPatch, type PatchedFile } from '../../stages/pin/patch.ts';
import { branchTrailers } from './branch.ts';
import type { WantedHolds } from './holds.ts';
import { editUnits, type UpdatePlan } from './plan-update.ts';

/** What one commit is to hold: exactly these units moved, and the holds beside them. */
export interface Proposal {
  readonly units: readonly ShortKey[];
  /** By their names from the root of the repository. */
  readonly files: readonly PatchedFile[];
  /** The same as a patch for `git apply`. */
  readonly patch: Uint8Array;
  readonly title: string;
  readonly message: string;
}

/** What goes in of a plan, and out of what. */
export interface Choice {
  readonly units: readonly MoveUnit[];
  /** All that could go in: those, and what waits for a search to end. */
  readonly among: readonly MoveUnit[];
}

/** The proposal of some units of a plan. */
export async function proposalOf(
  plan: UpdatePlan,
  { units, among }: Choice,
  holds: WantedHolds,
): Promise<Proposal> {
  const { files } = isWholePlan(plan, units) ? plan.edited : await editUnits(plan, units);
  const edited = files.map(({ file, before, after }) => ({
    file: `${plan.pins.below}${file}`,
    before,
    after,
  }));
  const keys = units.map(({ key }) => shortKey(key));
  const title = titleOf(units);
  const names = among.flatMap(({ moves }) => moves.map(({ name }) => name));
  const all = holds.file === undefined ? edited : [...edited, holds.file];
  return {
    units: keys,
    files: all,
    patch: unifiedPatch(all),
    title,
    message: `${title}\n\n${messageLines(units, holds).join('\n')}\n\n${branchTrailers({ units: keys, names, files: all })}\n`,
  };
}

/** The edits of all units were made when the plan was. */
function isWholePlan({ units }: UpdatePlan, wanted: readonly MoveUnit[]): boolean {
  return wanted.length === units.length && wanted.every((unit, at) => unit === units[at]);
}

/** `Update node:22`, `Update 7 images`: the same moves have the same title on any day. */
export function titleOf(units: readonly { readonly moves: readonly Pick<Move, 'name'>[] }[]): string {
  const names = [
    ...new Set(units.flatMap(({ moves }) => moves.map(({ name }) => shortName(formatReference(name))))),
  ];
  const [only] = names;
  if (only === undefined) return 'Hold images back';
  return names.length === 1 ? `Update ${only}` : `Update ${plural(names.length, 'image')}`;
}

function messageLines(units: readonly MoveUnit[], holds: WantedHolds): readonly string[] {
  const moved = units.flatMap(({ moves }) =>
    moves.map(
      ({ name, from, to }) =>
        `- ${shortName(formatReference(name))}: ${shortDigest(from)} to ${shortDigest(to)}`,
    ),
  );
  const held = holds.entries.map(({ image }) => `- ${image} stays back`);
  return [...moved, ...held];
}
