import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { clip } from '../base/text.ts';
import type { FleetRepo } from '../model/fleet.ts';
import type { Hold } from '../model/hold.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import { changePins } from './change-pins.ts';
import type { AskRepo, RepoAnswer } from './fleet.ts';
import { patchAnswer } from './fleet-patch.ts';
import { changeHolds, openHolds } from './hold-file.ts';
import {
  proposeChange,
  type ChangeEnd,
  type ChangeOutcome,
  type ChangePlace,
  type ChangeTools,
  type MadeChange,
  type ProposedChange,
} from './propose-change.ts';
import { rollback, type RollbackOrder, type RollbackTools } from './rollback.ts';
import type { RepinOrder } from '../stages/parity/repin.ts';
import { fleetSettings } from './fleet-settings.ts';
import { shortDigest } from '../model/digest.ts';

export interface FleetChangeTools extends ChangeTools {
  readonly configFiles: ConfigFiles;
}

/** Proposes one change in each repository. */
export function askChange(
  change: ProposedChange,
  { dryRun }: { readonly dryRun: boolean },
  tools: FleetChangeTools,
): AskRepo {
  return async (directory, repo: FleetRepo): Promise<RepoAnswer> => {
    const settings = await fleetSettings(directory, repo, tools);
    return answerOf(await proposeChange(change, { directory, settings, dryRun }, tools));
  };
}

/** All pin files ask for one version of a runtime. */
export function pinsChange(order: RepinOrder): ProposedChange['make'] {
  return (desk) => changePins(desk, order);
}

/** One more hold in lockkeeper.yaml, where the repository mentions the image. */
export function holdChange(hold: Hold): ProposedChange['make'] {
  return (desk) =>
    wherePresent(async () => {
      const holds = await openHolds({ cwd: desk.directory, config: undefined }, desk);
      const edit = { isReleased: () => false, added: [hold] };
      const { added } = await changeHolds(holds, edit, { configFiles: desk.configFiles, dryRun: false });
      return { kind: 'made', lines: added.length === 0 ? [] : [`${hold.image} stays where it is`] };
    });
}

/** The earlier digest of an image, and a hold that keeps it. */
export function rollbackChange(
  order: Omit<RollbackOrder, 'cwd' | 'config' | 'dryRun' | 'from'>,
  tools: Omit<RollbackTools, 'trees' | 'configFiles' | 'editor'>,
): ProposedChange['make'] {
  return (desk, { commit }: ChangePlace) =>
    wherePresent(async () => {
      const place = { cwd: desk.directory, config: undefined, from: commit, dryRun: false };
      const { trees, configFiles, editor } = desk;
      const done = await rollback({ ...order, ...place }, { ...tools, trees, configFiles, editor });
      const failed = done.files.flatMap((file) => (file.kind === 'failed' ? [file.failure.message] : []));
      if (failed.length > 0) return { kind: 'refused', lines: failed };
      const back = done.images.map(({ name, to }) => `${name} goes back to ${shortDigest(to)}`);
      const kept = done.kept.map(
        ({ mention, why }) => `${mention.place.file}:${mention.place.line}: ${mention.text} stays: ${why}`,
      );
      return { kind: 'made', lines: [...back, ...kept, ...done.notices] };
    });
}

/** A repository that does not have what a change is about is asked for nothing. */
async function wherePresent(make: () => Promise<MadeChange>): Promise<MadeChange> {
  try {
    return await make();
  } catch (error) {
    if (isFailure(error, 'name-unknown')) return { kind: 'absent', why: error.message };
    throw error;
  }
}

function answerOf({ made, patch, end }: ChangeOutcome): RepoAnswer {
  const change = made.kind === 'made' ? endName(end) : made.kind;
  const needsPerson = made.kind === 'refused' || end.kind === 'left' || end.kind === 'declined';
  const shown = end.kind === 'planned' ? patchAnswer(patch) : { lines: [] };
  return {
    ...shown,
    state: needsPerson ? 'findings' : 'clean',
    counts: {},
    lines: [...shown.lines, ...linesOf(made, end)].slice(0, limits.fleetLinesMax),
    change: {
      outcome: change,
      ...('pullRequest' in end && { url: clip(end.pullRequest.url, limits.fleetLineCharsMax) }),
      ...('branch' in end && { branch: end.branch }),
    },
  };
}

function linesOf(made: MadeChange, end: ChangeEnd): readonly string[] {
  const said = made.kind === 'absent' ? [made.why] : made.lines;
  switch (end.kind) {
    case 'left':
      return [end.why, ...said];
    case 'declined':
      return [
        `people closed ${end.isThis ? end.pullRequest.name : `a pull request before ${end.pullRequest.name}`} with this very change; to have it, open that again`,
        ...said,
      ];
    default:
      return said;
  }
}

function endName(end: ChangeEnd): NonNullable<RepoAnswer['change']>['outcome'] {
  return 'how' in end ? end.how : end.kind;
}
