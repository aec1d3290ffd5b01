import type { Digest } from '../../model/digest.ts';
import { describeHold, isHeld, type Hold } from '../../model/hold.ts';
import type { HoldStatus, ImageState, ImageStatus, Mover } from '../../model/image-status.ts';
import type { Mention } from '../../model/mention.ts';
import type { PinFinding, Plan, PlanEntry } from '../../model/plan.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import { namedAs } from './follow.ts';
import { namePolicies } from './name-policy.ts';
import type { PlanAnswers, PlanOrder } from './plan.ts';

export interface StatusOrder {
  readonly order: Pick<PlanOrder, 'policy' | 'isWanted' | 'now' | 'seen'>;
  /** Of an update; without answers nothing but the files is known. */
  readonly plan: Plan;
  readonly findings: readonly PinFinding[];
  /** Undefined: nobody asked the registries. */
  readonly answers: PlanAnswers | undefined;
  /** Since when a file holds a digest. */
  readonly since: (file: string, digest: Digest) => string | undefined;
}

/** How it stands with each image name, in the order of names. */
export function imageStatuses(given: StatusOrder): readonly ImageStatus[] {
  const images = given.plan.entries.filter(
    ({ mention }) => mention.meaning.kind === 'image' && given.order.isWanted(mention),
  );
  return [...Map.groupBy(images, nameOf)]
    .map(([name, entries]) => statusOf(name, entries, given))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** How it stands with each hold, in the order of lockkeeper.yaml. */
export function holdStatuses(
  { order, plan, answers }: Pick<StatusOrder, 'order' | 'plan' | 'answers'>,
  since: (hold: Hold) => string | undefined,
): readonly HoldStatus[] {
  const policyOf = namePolicies(order.policy);
  const names = plan.entries.flatMap(({ mention, follows }) =>
    mention.meaning.kind === 'image'
      ? [{ follows, holds: policyOf(namedAs(mention, mention.meaning.reference)).holds }]
      : [],
  );
  return order.policy.holds.map(({ hold }): HoldStatus => {
    const own = names.filter(({ holds }) => holds.includes(hold));
    const isOver = own.length > 0 && own.every(({ follows }) => isPassed(hold, follows, answers));
    const alive = own.length === 0 ? 'idle' : isOver ? 'over' : 'in force';
    return { hold, state: isHeld(hold, order.now) ? alive : 'expired', since: since(hold) };
  });
}

function nameOf({ mention, follows }: PlanEntry): string {
  if (follows !== undefined) return formatReference(follows);
  return mention.meaning.kind === 'image' ? formatReference(mention.meaning.reference) : mention.text;
}

function statusOf(name: string, entries: readonly PlanEntry[], given: StatusOrder): ImageStatus {
  const { order, findings, since } = given;
  const mentions = new Set<Mention | undefined>(entries.map(({ mention }) => mention));
  const found = findings.filter(({ mention }) => mention !== undefined && mentions.has(mention));
  const digests = [...Map.groupBy(entries, ({ mention }) => digestOf(mention))].flatMap(([digest, those]) => {
    if (digest === undefined) return [];
    const times = those.flatMap(({ mention }) => since(mention.place.file, digest) ?? []);
    return [{ digest, since: times.toSorted()[0] }];
  });
  const waiting = waitingOf(entries, given);
  const verdict = verdictOf(entries, found, given);
  const firstSeen = waiting === undefined ? undefined : order.seen.firstSeen(name, waiting);
  return {
    name,
    files: [...new Set(entries.map(({ mention }) => mention.place.file))],
    mentions: entries.length,
    digests,
    waiting: waiting === undefined ? undefined : { digest: waiting, firstSeen },
    since: verdict.mover === 'nobody' ? undefined : firstSeen,
    holds: holdsOf(entries, given),
    ...verdict,
  };
}

function digestOf({ meaning }: Mention): Digest | undefined {
  return meaning.kind === 'image' ? meaning.reference.digest : undefined;
}

/** What the name stands for, where something that is written is another image. */
function waitingOf(entries: readonly PlanEntry[], { answers }: StatusOrder): Digest | undefined {
  for (const { mention, follows, decision } of entries) {
    if (decision.kind === 'move') return decision.to;
    const from = digestOf(mention);
    if (follows === undefined || answers === undefined || from === undefined) continue;
    const answer = answers.lookUp(follows);
    const isOther = answers.kinship(follows, from)?.kind !== 'same images';
    if (answer?.kind === 'found' && answer.descriptor.digest !== from && isOther)
      return answer.descriptor.digest;
  }
  return undefined;
}

function holdsOf(entries: readonly PlanEntry[], { order, answers }: StatusOrder): readonly Hold[] {
  const policyOf = namePolicies(order.policy);
  const all = entries.flatMap(({ mention, follows }) => {
    if (mention.meaning.kind !== 'image') return [];
    const { holds } = policyOf(namedAs(mention, mention.meaning.reference));
    return holds.filter((hold) => isHeld(hold, order.now) && !isPassed(hold, follows, answers));
  });
  return [...new Set(all)];
}

/** Whether a name stands for another digest by now than the one that is held back. */
function isPassed(
  { digest }: Hold,
  follows: Reference | undefined,
  answers: PlanAnswers | undefined,
): boolean {
  if (digest === undefined || follows === undefined) return false;
  const answer = answers?.lookUp(follows);
  return answer?.kind === 'found' && answer.descriptor.digest !== digest;
}

type Verdict = Pick<ImageStatus, 'state' | 'why' | 'mover' | 'failure'>;

/** The most urgent of what is said of the mentions of a name. */
function verdictOf(
  entries: readonly PlanEntry[],
  found: readonly PinFinding[],
  { answers }: StatusOrder,
): Verdict {
  for (const [kind, state, mover] of byFinding) {
    const finding = found.find((each) => each.kind === kind);
    if (finding === undefined) continue;
    // A registry that did not answer hides what else there is to say, as that nothing has this name.
    const silent = found.find((each) => each !== finding && unanswered.has(each.kind));
    const why = [finding, ...(silent === undefined ? [] : [silent])].map(({ message }) => message).join('; ');
    return { state, mover, why, failure: finding.failure };
  }
  const decisions = entries.map(({ decision }) => decision);
  const moving = decisions.find(({ kind }) => kind === 'move');
  for (const decision of decisions) {
    if (decision.kind !== 'stay') continue;
    if (decision.why === 'held' && answers !== undefined && !isAhead(entries, answers)) continue;
    const said = byReason[decision.why];
    if (said !== undefined) return { ...said, why: decision.detail, failure: decision.failure };
  }
  if (moving !== undefined)
    return { state: 'stale', mover: 'update', why: 'the next update moves it', failure: undefined };
  const held = decisions.find((decision) => decision.kind === 'stay' && decision.why === 'held');
  const state = answers === undefined ? 'pinned' : 'current';
  const why = held?.kind === 'stay' && held.why === 'held' ? describeHold(held.hold) : '';
  return { state, mover: 'nobody', why, failure: undefined };
}

/** Whether the name has moved on from one of the pins. */
function isAhead(entries: readonly PlanEntry[], answers: PlanAnswers): boolean {
  return entries.some(({ mention, follows }) => {
    const from = digestOf(mention);
    const answer = follows === undefined ? undefined : answers.lookUp(follows);
    if (follows === undefined || from === undefined || answer?.kind !== 'found') return false;
    return answer.descriptor.digest !== from && answers.kinship(follows, from)?.kind !== 'same images';
  });
}

const byFinding: readonly (readonly [PinFinding['kind'], ImageState, Mover])[] = [
  ['dead', 'dead', 'maintainer'],
  ['absent', 'absent', 'maintainer'],
  ['not-allowed', 'not allowed', 'maintainer'],
  ['drifted', 'drifted', 'maintainer'],
  ['unpinned', 'unpinned', 'maintainer'],
  ['denied', 'unanswered', 'maintainer'],
  ['unreachable', 'unanswered', 'registry'],
];

const unanswered: ReadonlySet<PinFinding['kind']> = new Set(['denied', 'unreachable']);

type Reason = Extract<PlanEntry['decision'], { readonly kind: 'stay' }>['why'];

/** What keeps a mention, as a state of its name; what is not here says nothing. */
const byReason: Partial<Readonly<Record<Reason, Pick<Verdict, 'state' | 'mover'>>>> = {
  held: { state: 'held', mover: 'holder' },
  cooling: { state: 'cooling', mover: 'time' },
  failed: { state: 'unanswered', mover: 'registry' },
  absent: { state: 'absent', mover: 'maintainer' },
  'no place': { state: 'fixed', mover: 'nobody' },
  'no tag': { state: 'fixed', mover: 'nobody' },
  left: { state: 'fixed', mover: 'nobody' },
};
