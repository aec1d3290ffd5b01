import type { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';
import { digestPlace } from '../../model/digest-place.ts';
import type { SeenLedger } from '../../model/first-seen.ts';
import type { Mention } from '../../model/mention.ts';
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
import { followed } from './follow.ts';
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
    const named = policyOf(reference);
    if (named.isLeft || !named.isAllowed) return [];
    return [{ mention, reference, follows: followed(mention, named), policy: named }];
  });
}

/**
 * Decides for every mention, once a name: the same name gets the same digest everywhere. A name without a digest whose
 * other mentions all have one digest joins them, unless they are to move as well.
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
    const named = policyOf(mention.meaning.reference);
    const follows = followed(mention, named);
    const before = refusal(mention, named, follows, order);
    if (before !== undefined || follows === undefined)
      return { mention, follows, decision: before ?? stay('no tag') };
    const asked: Asked = { order, answers, follows, named, from: mention.meaning.reference.digest };
    return { mention, follows, decision: decide(asked, siblings.get(formatReference(follows))) };
  });
  return { entries: withoutClashes(entries) };
}

/** Two images that share one tag's key by an anchor cannot both write their digest behind it. */
function withoutClashes(entries: readonly PlanEntry[]): readonly PlanEntry[] {
  const wanted = new Map<string, Set<Digest>>();
  for (const { mention, decision } of entries) {
    if (decision.kind !== 'stay')
      wanted.set(placeKey(mention), (wanted.get(placeKey(mention)) ?? new Set()).add(decision.to));
  }
  return entries.map((entry) => {
    if (entry.decision.kind === 'stay' || wanted.get(placeKey(entry.mention))?.size === 1) return entry;
    return { ...entry, decision: stay('no place', 'other images take their tag from the same place') };
  });
}

function placeKey(mention: Mention): string {
  const place = digestPlace(mention);
  const { file, start } = place.kind === 'none' ? mention.place : place.part.place;
  return `${start} ${file}`;
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
  const held = named.stay;
  if (held !== undefined && now.slice(0, 10) <= held.until)
    return stay('held', `${held.author} holds it until ${held.until}: ${held.reason}`);
  return undefined;
}

function decide(asked: Asked, siblings: ReadonlyMap<Digest, number> | undefined): PinDecision {
  const { order, answers, follows, from } = asked;
  if (from !== undefined && !order.update) return stay('pinned');
  const answer = answers.lookUp(follows);
  const found = answer?.kind === 'found' ? answer.descriptor.digest : undefined;
  if (from === undefined) {
    const [other, ...others] = siblings?.keys() ?? [];
    // Another digest beside that of all others would be a drift of our own making.
    if (!order.update && other !== undefined && others.length === 0) return { kind: 'pin', to: other };
    return found === undefined ? unanswered(follows, answer) : { kind: 'pin', to: found };
  }
  if (found === undefined) return unanswered(follows, answer);
  if (found === from) return stay('current');
  return move(asked, from, found);
}

/** A pin whose name stands for something else by now. */
function move(asked: Asked, from: Digest, found: Digest): PinDecision {
  const { answers, follows } = asked;
  const kinship = answers.kinship(follows, from) ?? { kind: 'other' };
  if (kinship.kind === 'unknown') return failed(kinship.failure);
  if (kinship.kind === 'same images') return stay('same images');
  const to = kinship.kind === 'one platform' ? kinship.now : found;
  if (to === undefined)
    return stay('absent', `${formatReference(follows)} has no image for its platform any more`);
  if (to === from) return stay('current');
  // Whoever pulls a dead pin fails: waiting would not make it safer.
  const wait = kinship.kind === 'dead' ? undefined : coolingUntil(asked, to);
  if (wait !== undefined) return stay('cooling', `${to} may be used from ${wait} on`);
  return { kind: 'move', from, to, backwards: isBackwards(asked, from, to) };
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

function stay(why: StayReason, detail: string = stayReasons[why]): PinDecision {
  return { kind: 'stay', why, detail, failure: undefined };
}

function failed(failure: Failure): PinDecision {
  return { kind: 'stay', why: 'failed', detail: failure.message, failure };
}
