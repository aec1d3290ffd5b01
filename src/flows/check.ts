import type { PinFinding } from '../model/plan.ts';
import type { Survey } from '../model/survey.ts';
import { findingsOf } from '../stages/plan/findings.ts';
import { askRegistries, gatherPins, type PinsOrder, type PinTools } from './pins.ts';
import type { Watching } from './tools.ts';

export interface CheckOrder extends PinsOrder {
  /** Ask no registry: only what the files tell is found. */
  readonly offline: boolean;
}

export interface CheckOutcome {
  readonly survey: Survey;
  readonly findings: readonly PinFinding[];
  /** What stands before the names of files, from the root of the repository: empty, or ends with `/`. */
  readonly below: string;
}

/** What is wrong with the image names of a folder. Nothing is written, the ledger neither. */
export async function check(order: CheckOrder, tools: PinTools, watching: Watching): Promise<CheckOutcome> {
  const pins = await gatherPins(order, { update: true, ledger: 'read' }, tools);
  const answers = order.offline ? undefined : await askRegistries(pins, { liveness: true }, watching);
  return {
    survey: pins.survey,
    findings: findingsOf(
      { ...pins.order, notRead: pins.survey.notRead, configFile: pins.configFile },
      answers,
    ),
    below: pins.below,
  };
}
