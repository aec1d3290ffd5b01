import path from 'node:path';
import type { Digest } from '../model/digest.ts';
import { defaultSeverities } from '../model/pin-policy.ts';
import type { HoldStatus, ImageStatus } from '../model/image-status.ts';
import type { Survey } from '../model/survey.ts';
import type { GitRepositories, GitRepository } from '../ports/git.ts';
import { findingsOf, type CheckAnswers } from '../stages/plan/findings.ts';
import { planPins } from '../stages/plan/plan.ts';
import { holdStatuses, imageStatuses } from '../stages/plan/status.ts';
import { readHoldHistory } from './hold-history.ts';
import { readPinHistory } from './pin-history.ts';
import { askRegistries, gatherPins, type Pins, type PinsOrder, type PinTools } from './pins.ts';
import type { Watching } from './tools.ts';

export interface StatusOrder extends PinsOrder {
  /** Ask no registry: what waits is not known then. */
  readonly offline: boolean;
}

export interface StatusTools extends PinTools {
  readonly git: GitRepositories;
}

export interface StatusOutcome {
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly images: readonly ImageStatus[];
  readonly holds: readonly HoldStatus[];
  /** Why the ages are not known, or not whole; undefined: they are. */
  readonly agesLack: string | undefined;
  readonly notRead: Survey['notRead'];
}

/** How it stands with every image that a folder mentions. Nothing is written, the ledger neither. */
export async function status(
  order: StatusOrder,
  tools: StatusTools,
  watching: Watching,
): Promise<StatusOutcome> {
  const pins = await gatherPins(order, { update: true, ledger: 'read' }, tools);
  const answers = order.offline ? undefined : await askRegistries(pins, { liveness: true }, watching);
  const repository = pins.root === undefined ? undefined : await tools.git.open(pins.root);
  const history = repository === undefined ? undefined : await historyOf(pins, repository);
  const { holds: sinceHeld, pins: pinHistory } = history ?? {};
  const plan = planPins(pins.order, answers ?? silence);
  // What lockkeeper.yaml turns off for check is no less true.
  const policy = { ...pins.order.policy, severities: defaultSeverities };
  const findings = findingsOf({ ...pins.order, policy, notRead: [], configFile: pins.configFile }, answers);
  const since = (file: string, digest: Digest): string | undefined => pinHistory?.since(file, digest);
  const given = { order: pins.order, plan, findings, answers, since };
  return {
    now: pins.order.now,
    images: imageStatuses(given),
    holds: holdStatuses(given, sinceHeld ?? (() => undefined)),
    agesLack: agesLack(repository, pinHistory?.isWhole),
    notRead: pins.survey.notRead,
  };
}

const silence: CheckAnswers = {
  lookUp: () => undefined,
  kinship: () => undefined,
  liveness: () => undefined,
};

async function historyOf(
  { survey, below, configFile }: Pins,
  repository: GitRepository,
): Promise<{
  readonly pins: Awaited<ReturnType<typeof readPinHistory>>;
  readonly holds: Awaited<ReturnType<typeof readHoldHistory>>;
}> {
  const files = survey.mentions.flatMap(({ meaning, place }) =>
    meaning.kind === 'image' && meaning.reference.digest !== undefined ? [place.file] : [],
  );
  return {
    pins: await readPinHistory({ repository, below }, [...new Set(files)]),
    holds: await readHoldHistory(repository, path.posix.normalize(`${below}${configFile}`)),
  };
}

function agesLack(repository: GitRepository | undefined, isWhole: boolean | undefined): string | undefined {
  if (repository === undefined)
    return 'the folder is in no git repository, so that nobody knows how old pins are';
  return isWhole === false
    ? 'this clone does not hold the whole history, or it is too long to be read through, so that pins may be older than they seem'
    : undefined;
}
