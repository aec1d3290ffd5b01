import { Failure } from '../../base/failure.ts';
import type { Hold } from '../../model/hold.ts';
import type { MoveUnit } from '../../model/move.ts';
import type { Plan, PinFinding } from '../../model/plan.ts';
import { isPinned } from '../../model/mention.ts';
import { defaultSeverities } from '../../model/pin-policy.ts';
import { findingsOf } from '../../stages/plan/findings.ts';
import { planPins } from '../../stages/plan/plan.ts';
import { unitsOf } from '../../stages/plan/units.ts';
import type { Listed } from '../listed.ts';
import { pinnedEdits } from '../pinned-edits.ts';
import { askRegistries, pinsOf, type PinAnswers, type Pins, type PinTools } from '../pins.ts';
import { prepareFiles, type PreparedFile } from '../prepare-files.ts';
import { keepSeen } from '../seen.ts';
import type { Watching } from '../tools.ts';
import type { UpdateBase } from './base.ts';
import { holdsBelow, ledgerCeilings } from './ceilings.ts';

export interface PlanUpdateOrder {
  readonly directory: string;
  /** Globs over names; empty: all. */
  readonly only: readonly string[];
  readonly ledger: string | undefined;
  /** Keep nothing of what was seen. */
  readonly dryRun: boolean;
  /** Holds beside those of lockkeeper.yaml. */
  readonly holds: readonly Hold[];
  /** Undefined: the repository is the person's own, and is updated by itself. */
  readonly listed?: Listed | undefined;
}

/** What would move from one base, before anything was tried. */
export interface UpdatePlan {
  readonly base: UpdateBase;
  readonly pins: Pins;
  readonly answers: PinAnswers;
  readonly plan: Plan;
  /** Of all pins, the dead ones among them. */
  readonly findings: readonly PinFinding[];
  /** Those whose edits are sure, in the order of the mentions. */
  readonly units: readonly MoveUnit[];
  /** Those that cannot be written, and why. */
  readonly refused: readonly RefusedUnit[];
  /** With the edits of all units. */
  readonly edited: { readonly files: readonly ReadyFile[] };
}

export interface RefusedUnit {
  readonly unit: MoveUnit;
  readonly failure: Failure;
}

export type ReadyFile = Extract<PreparedFile, { readonly kind: 'ready' }>;

/**
 * Asks the registries once for each name that is pinned, and decides. Nothing is written but what was first seen when, from
 * which a cooldown counts.
 */
export async function planUpdate(
  base: UpdateBase,
  order: PlanUpdateOrder,
  tools: PinTools,
  watching: Watching,
): Promise<UpdatePlan> {
  const gathered = await pinsOf(base.scanned, order, { update: true, ledger: 'needed' }, tools);
  const { isWanted, policy } = gathered.order;
  // Names without a digest are for `pin`: an update changes what was decided before, and nothing else.
  const wanted: Pins = {
    ...gathered,
    order: {
      ...gathered.order,
      isWanted: (mention) => isPinned(mention) && isWanted(mention),
      policy: {
        ...policy,
        holds: [...policy.holds, ...order.holds.map((hold) => ({ name: hold.image, hold }))],
      },
    },
  };
  const answers = await askRegistries(wanted, { liveness: true }, watching);
  const pins = await belowCeilings(wanted, answers, tools);
  const plan = planPins(pins.order, answers);
  if (!order.dryRun && pins.ledger !== undefined)
    await keepSeen(tools.ledgers.open(pins.ledger), pins.seen, answers.seen);
  const { notRead } = base.scanned.survey;
  // What lockkeeper.yaml turns off for check is no less true.
  const told = { ...pins.order.policy, severities: defaultSeverities };
  const findings = findingsOf({ ...pins.order, policy: told, configFile: pins.configFile, notRead }, answers);
  const { refused, units, files } = await editUnits({ base, pins }, unitsOf(plan, answers));
  return { base, pins, answers, plan, findings, units, refused, edited: { files } };
}

/** The same pins, with holds on what would go across a ceiling that a watch of the platform left in the ledger. */
async function belowCeilings(pins: Pins, answers: PinAnswers, { ledgers }: PinTools): Promise<Pins> {
  const { order, ledger, registries } = pins;
  if (ledger === undefined) return pins;
  const ceilings = await ledgerCeilings(ledgers.open(ledger), order.now);
  const holds = await holdsBelow(ceilings, planPins(order, answers), registries);
  const { policy } = order;
  return { ...pins, order: { ...order, policy: { ...policy, holds: [...policy.holds, ...holds] } } };
}

export interface EditedUnits {
  readonly units: readonly MoveUnit[];
  readonly refused: readonly RefusedUnit[];
  /** With the edits of all units, and of no other. */
  readonly files: readonly ReadyFile[];
}

/**
 * The files as they are with exactly these units moved. A unit that one file refuses does not move at all, and the rest is
 * looked at again without it: each round takes one unit away at least.
 */
export async function editUnits(
  { base, pins }: Pick<UpdatePlan, 'base' | 'pins'>,
  wanted: readonly MoveUnit[],
): Promise<EditedUnits> {
  const { mentions } = pins.survey;
  const refused: RefusedUnit[] = [];
  let units = wanted;
  const bytes = await base.read([...new Set(wanted.flatMap(filesOf))]);
  for (;;) {
    const changes = units.flatMap(entriesOf).flatMap((entry) => pinnedEdits(entry) ?? []);
    const files =
      changes.length === 0
        ? []
        : await prepareFiles(
            { mentions, changes },
            {
              read: (file) => readFrom(bytes, file),
              mentionsAfter: pins.mentionsAfter,
            },
          );
    const failed = new Map(
      files.flatMap((file) => (file.kind === 'failed' ? [[file.file, file.failure] as const] : [])),
    );
    if (failed.size === 0)
      return { units, refused, files: files.flatMap((file) => (file.kind === 'ready' ? [file] : [])) };
    for (const unit of units) {
      const failure = filesOf(unit).flatMap((file) => failed.get(file) ?? [])[0];
      if (failure !== undefined) refused.push({ unit, failure });
    }
    units = units.filter((unit) => !filesOf(unit).some((file) => failed.has(file)));
  }
}

function readFrom(bytes: ReadonlyMap<string, Buffer>, file: string): Promise<Buffer> {
  const found = bytes.get(file);
  if (found !== undefined) return Promise.resolve(found);
  return Promise.reject(new Failure('path-missing', `${file} cannot be read any more`, { where: { file } }));
}

function entriesOf({ moves }: MoveUnit): Plan['entries'] {
  return moves.flatMap(({ entries }) => entries);
}

/** The files that a unit changes. */
function filesOf(unit: MoveUnit): readonly string[] {
  return entriesOf(unit).map(({ mention }) => mention.place.file);
}
