import type { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';
import { digestPlace } from '../../model/digest-place.ts';
import type { SeenLedger } from '../../model/first-seen.ts';
import { describeHold, holdsBack, isHeld, type Hold } from '../../model/hold.ts';
import type { Mention, MentionPart } from '../../model/mention.ts';
import type { PinPolicy } from '../../model/pin-policy.ts';
import {
  stayReasons,
  type Plan,
  type PlanEntry,
  type PinDecision,
  type StayReason,
} from '../../model/plan.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import type { Kinship, LookUp } from '../../model/resolution.ts';
import { followed, namedAs } from './follow.ts';
import { namePolicies, type NamePolicy } from './name-policy.ts';
import { pinnedDigests } from './pinned-digests.ts';

export interface PlanOrder {
  readonly mentions: readonly Mention[];
  readonly policy: PinPolicy;
  /** Names that have a digest move too; else only those without one get one. */
  readonly update: boolean;
  /** Whether a mention was asked for at all. */
  readonly isWanted: (mention: Mention) => boolean;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly seen: SeenLedger;
}

/** What the registries said, asked for beforehand. */
export interface PlanAnswers {
  readonly lookUp: (name: Reference) => LookUp | undefined;
  /** How a pinned image is related to what `follows` stands for; undefined: nobody asked. */
  readonly kinship: (follows: Reference, pinned: Digest) => Kinship | undefined;
}

/** A mention that a registry may be asked about, with the policy of its name. */
export interface Askable {
  readonly mention: Mention;
  readonly reference: Reference;
  /** Undefined: pinned by digest alone. */
  readonly follows: Reference | undefined;
  readonly policy: NamePolicy;
}

/** The mentions that a registry may be asked about: images that are asked for, allowed, and not left alone. */
export function askableMentions({ mentions, policy, isWanted }: PlanOrder): readonly Askable[] {
  const policyOf = namePolicies(policy);
  return mentions.flatMap((mention) => {
    if (mention.meaning.kind !== 'image' || !isWanted(mention)) return [];
    const { reference } = mention.meaning;
    const named = policyOf(namedAs(mention, reference));
    if (named.isLeft || !named.isAllowed) return [];
    return [{ mention, reference, follows: followed(mention, named), policy: named }];
  });
}

/** Digests that a mention without one could join: those that all other mentions of its name have. */
export function joinable(order: PlanOrder): (follows: Reference) => Digest | undefined {
  const siblings = pinnedDigests(order.mentions, namePolicies(order.policy));
  return (follows) => {
    const [sibling, ...others] = siblings.get(formatReference(follows))?.keys() ?? [];
    return others.length === 0 ? sibling : undefined;
  };
}

/**
 * Decides for every mention, once a name: the same name gets the same digest everywhere. A name without a digest whose
 * other mentions all have one digest, and keep it, joins them.
 */
export function planPins(order: PlanOrder, answers: PlanAnswers): Plan {
  const policyOf = namePolicies(order.policy);
  const siblings = pinnedDigests(order.mentions, policyOf);
  const entries = order.mentions.map((mention): PlanEntry => {
    if (mention.meaning.kind !== 'image') {
      const why = mention.meaning.kind === 'vm' ? 'machine' : 'unresolved';
      const detail = mention.meaning.kind === 'vm' ? stayReasons.machine : mention.meaning.why;
      return { mention, follows: undefined, decision: stay(why, detail) };
    }
    const named = policyOf(namedAs(mention, mention.meaning.reference));
    const follows = followed(mention, named);
    const before = refusal(mention, named, follows, order);
    if (before !== undefined || follows === undefined)
      return { mention, follows, decision: before ?? stay('no tag') };
    const asked: Asked = { order, answers, follows, named, from: mention.meaning.reference.digest };
    return { mention, follows, decision: decide(asked, siblings.get(formatReference(follows))) };
  });
  return { entries: withoutClashes(entries) };
}

/** Images that take their tag from one place, by an anchor, cannot want different things to stand there. */
function withoutClashes(entries: readonly PlanEntry[]): readonly PlanEntry[] {
  const wanted = new Map<string, Set<string>>();
  for (const entry of entries) {
    for (const { at, text } of claims(entry)) wanted.set(at, (wanted.get(at) ?? new Set()).add(text));
  }
  return entries.map((entry) => {
    const isAgreed = claims(entry).every(({ at }) => wanted.get(at)?.size === 1);
    if (entry.decision.kind === 'stay' || isAgreed) return entry;
    return { ...entry, decision: stay('no place', 'other images take their tag from the same place') };
  });
}

interface Claim {
  /** The place in a file. */
  readonly at: string;
  /** What is to stand there afterwards. */
  readonly text: string;
}

/** What a mention wants to stand where its digest and its tag do; a mention that stays wants its tag as it is. */
function claims({ mention, follows, decision }: PlanEntry): readonly Claim[] {
  const tag = mention.layout.kind === 'split' ? mention.layout.tag : undefined;
  const kept = tag === undefined || tag.text === '' ? [] : [claim(tag, tag.text)];
  if (decision.kind === 'stay') return kept;
  const place = digestPlace(mention);
  if (place.kind === 'none') return kept;
  const wanted = follows?.tag ?? 'latest';
  if (place.kind === 'behind tag') return [claim(place.part, `${wanted}@${decision.to}`)];
  return [claim(place.part, decision.to), ...kept.map(({ at }) => ({ at, text: wanted }))];
}

function claim({ place: { file, start } }: MentionPart, text: string): Claim {
  return { at: `${start} ${file}`, text };
}

interface Asked {
  readonly order: PlanOrder;
  readonly answers: PlanAnswers;
  readonly follows: Reference;
  readonly named: NamePolicy;
  readonly from: Digest | undefined;
}

/** What keeps a mention where it is, whatever a registry says. */
function refusal(
  mention: Mention,
  named: NamePolicy,
  follows: Reference | undefined,
  { isWanted, now }: PlanOrder,
): PinDecision | undefined {
  if (!isWanted(mention)) return stay('unasked');
  if (named.isLeft) return stay('left');
  if (!named.isAllowed) return stay('not allowed');
  const place = digestPlace(mention);
  if (place.kind === 'none') return stay('no place', place.why);
  if (follows === undefined) return stay('no tag');
  const hold = named.holds.find((each) => each.digest === undefined && isHeld(each, now));
  if (hold === undefined) return undefined;
  const isOpen = mention.meaning.kind === 'image' && mention.meaning.reference.digest === undefined;
  return isOpen && hold.keep !== undefined ? { kind: 'pin', to: hold.keep } : held(hold);
}

function decide(asked: Asked, siblings: ReadonlyMap<Digest, number> | undefined): PinDecision {
  const { order, answers, follows, from } = asked;
  if (from !== undefined && !order.update) return stay('pinned');
  const answer = answers.lookUp(follows);
  const found = answer?.kind === 'found' ? answer.descriptor.digest : undefined;
  if (found === undefined) return unanswered(follows, answer);
  const [sibling, ...others] = siblings?.keys() ?? [];
  if (from === undefined) {
    const joins = sibling !== undefined && others.length === 0 && staysBeside(asked, sibling, found);
    const hold = joins ? undefined : heldBack(asked, [found]);
    if (hold !== undefined) return held(hold);
    return { kind: 'pin', to: joins ? sibling : found };
  }
  if (found === from) return stay('current');
  return move(asked, { from, found, isDrifted: others.length > 0 });
}

/**
 * Whether the one digest that all other mentions of a name have stays theirs: another one beside it would be a drift of our
 * own making. A digest that has gone, or that is one platform's, is for nobody to join.
 */
function staysBeside(asked: Asked, sibling: Digest, found: Digest): boolean {
  const kinship = asked.answers.kinship(asked.follows, sibling);
  if (kinship?.kind === 'same images') return true;
  if (kinship?.kind !== 'other') return false;
  const waits = coolingUntil(asked, found) !== undefined || heldBack(asked, [found]) !== undefined;
  return !asked.order.update || waits;
}

interface Moving {
  readonly from: Digest;
  readonly found: Digest;
  /** Other mentions of the name have other digests: they can only meet at the one that is found. */
  readonly isDrifted: boolean;
}

/** A pin whose name stands for something else by now. */
function move(asked: Asked, { from, found, isDrifted }: Moving): PinDecision {
  const { answers, follows } = asked;
  const kinship = answers.kinship(follows, from) ?? { kind: 'other' };
  if (kinship.kind === 'unknown') return failed(kinship.failure);
  if (kinship.kind === 'same images' && !isDrifted) return stay('same images');
  const to = kinship.kind === 'one platform' ? kinship.now : found;
  if (to === undefined)
    return stay('absent', `${formatReference(follows)} has no image for its platform any more`);
  if (to === from) return stay('current');
  const hold = heldBack(asked, [found, to]);
  if (hold !== undefined) return held(hold);
  // Whoever pulls a dead pin fails: waiting would not make it safer.
  const wait = kinship.kind === 'dead' ? undefined : coolingUntil(asked, found);
  if (wait !== undefined) return stay('cooling', `${to} may be used from ${wait} on`);
  return { kind: 'move', from, to, backwards: isBackwards(asked, from, to) };
}

/** The hold on one of these digests. */
function heldBack({ named, order }: Asked, digests: readonly Digest[]): Hold | undefined {
  return named.holds.find((hold) => hold.digest !== undefined && holdsBack(hold, order.now, digests));
}

/** ISO 8601, UTC; undefined: it may be used now. What was never seen is as new as can be. */
function coolingUntil({ order, follows, named }: Asked, to: Digest): string | undefined {
  if (named.cooldownMs === 0) return undefined;
  const since = order.seen.firstSeen(formatReference(follows), to) ?? order.now;
  const until = new Date(Date.parse(since) + named.cooldownMs).toISOString();
  return until > order.now ? until : undefined;
}

function isBackwards({ order, follows }: Asked, from: Digest, to: Digest): boolean {
  const name = formatReference(follows);
  const [older, newer] = [order.seen.firstSeen(name, to), order.seen.firstSeen(name, from)];
  return older !== undefined && newer !== undefined && older < newer;
}

function unanswered(follows: Reference, answer: LookUp | undefined): PinDecision {
  const name = formatReference(follows);
  if (answer?.kind === 'failed') return failed(answer.failure);
  return answer === undefined ? stay('unasked') : stay('absent', `${name} does not exist`);
}

function held(hold: Hold): PinDecision {
  return { kind: 'stay', why: 'held', detail: describeHold(hold), failure: undefined, hold };
}

function stay(why: Exclude<StayReason, 'held'>, detail: string = stayReasons[why]): PinDecision {
  return { kind: 'stay', why, detail, failure: undefined };
}

function failed(failure: Failure): PinDecision {
  return { kind: 'stay', why: 'failed', detail: failure.message, failure };
}
