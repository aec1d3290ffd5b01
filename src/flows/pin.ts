import type { FileOutcome } from '../model/pin.ts';
import { stayReasons, type Plan, type PlanEntry } from '../model/plan.ts';
import { formatReference } from '../model/reference.ts';
import type { Survey } from '../model/survey.ts';
import { planPins } from '../stages/plan/plan.ts';
import { editFiles } from './edit-files.ts';
import { pinnedEdits } from './pinned-edits.ts';
import { askRegistries, gatherPins, type PinsOrder, type PinTools } from './pins.ts';
import { keepSeen } from './seen.ts';
import type { Watching } from './tools.ts';

export interface PinOrder extends PinsOrder {
  /** Move digests that are written already, too. */
  readonly update: boolean;
  readonly dryRun: boolean;
  /** Asked for each name before anything is written, with all its changes; undefined: nobody is asked. */
  readonly confirm: ((name: string, entries: readonly PlanEntry[]) => Promise<boolean>) | undefined;
}

export interface PinOutcome {
  readonly survey: Survey;
  readonly plan: Plan;
  readonly files: readonly FileOutcome[];
}

/**
 * Writes digests into the files that people have: resolved once a name, the same everywhere, and nothing else changes.
 * What was first seen when is kept in the ledger, in a dry run as well nothing is.
 */
export async function pin(order: PinOrder, tools: PinTools, watching: Watching): Promise<PinOutcome> {
  const pins = await gatherPins(order, { update: order.update, ledger: 'needed' }, tools);
  const answers = await askRegistries(pins, { liveness: false }, watching);
  const planned = planPins(pins.order, answers);
  if (!order.dryRun && pins.ledger !== undefined)
    await keepSeen(tools.ledgers.open(pins.ledger), pins.seen, answers.seen);
  const plan = order.confirm === undefined ? planned : await confirmed(planned, order.confirm);
  const changes = plan.entries.map(pinnedEdits).filter((edits) => edits !== undefined);
  const files = await editFiles(
    { directory: order.directory, mentions: pins.survey.mentions, changes, dryRun: order.dryRun },
    { editor: tools.editor, mentionsAfter: pins.mentionsAfter },
  );
  return { survey: pins.survey, plan, files };
}

/** Names that a person does not want to move stay. */
async function confirmed(plan: Plan, confirm: NonNullable<PinOrder['confirm']>): Promise<Plan> {
  const moving = plan.entries.filter(({ decision }) => decision.kind !== 'stay');
  const refused = new Set<PlanEntry>();
  const nameOf = ({ follows }: PlanEntry): string => (follows === undefined ? '' : formatReference(follows));
  for (const [name, entries] of Map.groupBy(moving, nameOf)) {
    if (!(await confirm(name, entries))) for (const entry of entries) refused.add(entry);
  }
  return {
    entries: plan.entries.map((entry) =>
      refused.has(entry)
        ? {
            ...entry,
            decision: { kind: 'stay', why: 'declined', detail: stayReasons.declined, failure: undefined },
          }
        : entry,
    ),
  };
}
