import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { exitStatus, Failure, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { AskRepo, RepoAnswer } from '../../flows/fleet.ts';
import { patchAnswer } from '../../flows/fleet-patch.ts';
import { fleetSettings } from '../../flows/fleet-settings.ts';
import type { Watching } from '../../flows/tools.ts';
import { updateLocally } from '../../flows/update/update-local.ts';
import type { ReportedUnit } from '../../flows/update/report.ts';
import type { UpdateOrder, UpdateTools } from '../../flows/update/update.ts';
import { listedAs } from '../../flows/listed.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { digestOf } from '../../model/digest.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import { shortKey } from '../../model/short-key.ts';
import type { Context } from '../command.ts';
import { updateExit } from '../update/exit.ts';
import { updateOnForge, type Updated } from '../update/on-forge.ts';

export interface FleetUpdating {
  /** The order of each repository, but for its folder. A ledger has a folder for each of them. */
  readonly order: Omit<UpdateOrder, 'directory' | 'listed'>;
  readonly tools: UpdateTools;
  readonly context: Pick<Context, 'env' | 'signal'>;
  readonly watching: Watching;
}

/** One step of the update of each repository. Trials run one at a time: each has the machine to itself. */
export function askUpdate({ order, tools: given, context, watching }: FleetUpdating): AskRepo {
  const tools = { ...given, gateProcess: oneAtATime(given.gateProcess) };
  return async (directory, repo): Promise<RepoAnswer> => {
    const settings = await fleetSettings(directory, repo, tools);
    await using scratch = await folderIn(order.scratch);
    const listed = listedAs(repo.place);
    const ledger = order.ledger && path.join(order.ledger, folderName(repo.name));
    const own = { ...order, directory, scratch: scratch.folder, listed, ledger };
    const done = order.dryRun
      ? await updateLocally({ ...own, branch: parseBranchName(settings.branch) }, tools, watching)
      : await updateOnForge(own, settings, {
          tools,
          context,
          watching,
          fork: undefined,
          programs: undefined,
        });
    return answerOf(done, own);
  };
}

interface Scratch extends AsyncDisposable {
  readonly folder: string;
}

/** Two repositories that move one image make two bundles of it. */
async function folderIn(above: string): Promise<Scratch> {
  const folder = await mkdtemp(path.join(above, 'repository-')).catch((error: unknown) => {
    throw translateSystemError(error, above);
  });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function oneAtATime(process: UpdateTools['gateProcess']): UpdateTools['gateProcess'] {
  let last: Promise<unknown> = Promise.resolve();
  return {
    judge: (order) => {
      const next = last.then(() => process.judge(order));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** Readable, and of no other repository. */
function folderName(name: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 80)}-${shortKey(digestOf(name))}`;
}

function answerOf(done: Updated, order: UpdateOrder): RepoAnswer {
  const { report, proposal, outcome, pullRequest } = done;
  if (outcome?.kind === 'busy') throw new Failure('forge-conflict', 'another run moved the branch meanwhile');
  const of = (kind: ReportedUnit['state']['kind']): readonly ReportedUnit[] =>
    report.units.filter(({ state }) => state.kind === kind);
  const exit = updateExit(done);
  const unseen = failuresOf(done).find(({ retryable }) => retryable);
  const dead = report.dead.filter(({ mended }) => !mended);
  const shown = outcome === undefined ? patchAnswer(proposal.patch) : { lines: [] };
  return {
    ...shown,
    state: exit === exitStatus.yes ? 'clean' : 'findings',
    counts: {
      moved: of('goes in').length,
      'held back': of('held back').length,
      waits: of('waits').length + of('left out').length + of('not written').length,
      dead: dead.length,
    },
    lines: [
      ...shown.lines,
      ...dead.map(({ finding }) => `${finding.file}: ${finding.message}`),
      ...[...of('held back'), ...of('waits'), ...of('not written')].map(unitLine),
      ...(outcome?.kind === 'left' ? [outcome.why] : []),
      ...ledgerLines(done, order),
    ].slice(0, limits.fleetLinesMax),
    change: {
      outcome: outcomeName(done),
      ...(pullRequest !== undefined && { url: pullRequest.url }),
    },
    unseen,
  };
}

function ledgerLines({ plan }: Updated, { listed, ledger }: UpdateOrder): readonly string[] {
  const isLost = plan.base.config?.config.gate.ledger !== undefined && listed?.isFetched === true;
  return isLost && ledger === undefined
    ? ['its gate.ledger is not used, since what is fetched goes again: --ledger DIR keeps one for it']
    : [];
}

/** What registries failed with; another run may find them well. */
function failuresOf({ plan, report }: Updated): readonly Failure[] {
  return [
    ...plan.plan.entries.flatMap(({ decision }) =>
      decision.kind === 'stay' && decision.failure !== undefined ? [decision.failure] : [],
    ),
    ...report.units.flatMap(({ state }) =>
      'failure' in state && state.failure !== undefined ? [state.failure] : [],
    ),
  ];
}

function unitLine({ moves, state }: ReportedUnit): string {
  const names = [...new Set(moves.map(({ name }) => shortName(formatReference(name))))].join(', ');
  const why = 'why' in state ? state.why : 'failure' in state ? state.failure.message : '';
  return `${names} ${state.kind === 'goes in' ? 'moves' : state.kind}: ${why}`;
}

function outcomeName({
  outcome,
  proposal,
  pullRequest,
}: Updated): NonNullable<RepoAnswer['change']>['outcome'] {
  switch (outcome?.kind) {
    case undefined:
      return proposal.files.length === 0 ? 'nothing' : 'planned';
    case 'put':
      return pullRequest === undefined ? 'pushed' : 'updated';
    case 'stands':
      return 'unchanged';
    case 'nothing':
    case 'busy':
      return 'nothing';
    case 'removed':
    case 'left':
    case 'unsure':
      return outcome.kind;
  }
}
