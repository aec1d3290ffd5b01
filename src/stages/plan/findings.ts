import { unreachable } from '../../base/invariant.ts';
import { shellWord } from '../../base/shell-word.ts';
import { shortDigest, type Digest } from '../../model/digest.ts';
import { digestPlace } from '../../model/digest-place.ts';
import { isHeld } from '../../model/hold.ts';
import type { Mention } from '../../model/mention.ts';
import type { PinFindingKind, PinPolicy } from '../../model/pin-policy.ts';
import type { PinFinding } from '../../model/plan.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import type { Kinship, LookUp } from '../../model/resolution.ts';
import type { NotRead } from '../../model/survey.ts';
import { followed, namedAs } from './follow.ts';
import { namePolicies, type NamePolicy } from './name-policy.ts';
import { pinnedDigests, type PinnedDigests } from './pinned-digests.ts';
import type { PlanAnswers, PlanOrder } from './plan.ts';

/** What the registries said; undefined: nobody asks them, and only what the files tell is found. */
export interface CheckAnswers extends PlanAnswers {
  /** Whether the registry holds a pinned image; for pins that follow no tag. */
  readonly liveness: (pinned: Reference) => LookUp | undefined;
}

export interface CheckOrder extends Pick<PlanOrder, 'mentions' | 'policy' | 'isWanted' | 'seen' | 'now'> {
  /** Where the holds stand, relative to the folder that is looked at. */
  readonly configFile: string;
  /** Whatever names are wanted, these may hold some. */
  readonly notRead: readonly NotRead[];
}

type Found = Omit<PinFinding, 'severity' | 'mention' | 'file'>;

/** What is wrong with the mentions, in their order, of one mention the worst first; then the files that were not read. */
export function findingsOf(order: CheckOrder, answers: CheckAnswers | undefined): readonly PinFinding[] {
  const policyOf = namePolicies(order.policy);
  const drifts = pinnedDigests(order.mentions, policyOf);
  const found = order.mentions.filter(order.isWanted).flatMap((mention) => {
    const about = { file: mention.place.file, mention };
    return aboutMention({ mention, order, answers, policyOf, drifts }).map((each) => ({ ...each, ...about }));
  });
  const unread = order.notRead.map(({ file, why }) => ({
    ...finding('not-read', why),
    file,
    mention: undefined,
  }));
  return [...found, ...expiredHolds(order), ...unread].flatMap((each) => withSeverity(each, order.policy));
}

/** Whatever names are wanted: nobody decided what comes after them. */
function expiredHolds({ policy, now, configFile }: CheckOrder): readonly Omit<PinFinding, 'severity'>[] {
  return policy.holds.flatMap(({ hold }) => {
    if (isHeld(hold, now)) return [];
    const message = `the hold of ${hold.author} on ${hold.image} ended on ${hold.until}: ${hold.reason}`;
    const remedy = `lockkeeper release ${shellWord(hold.image)}`;
    return [{ ...finding('hold-expired', message, remedy), file: configFile, mention: undefined }];
  });
}

function withSeverity(found: Omit<PinFinding, 'severity'>, { severities }: PinPolicy): readonly PinFinding[] {
  const severity = severities[found.kind];
  return severity === 'off' ? [] : [{ ...found, severity }];
}

interface Asking {
  readonly mention: Mention;
  readonly order: CheckOrder;
  readonly answers: CheckAnswers | undefined;
  readonly policyOf: (reference: Reference) => NamePolicy;
  readonly drifts: PinnedDigests;
}

function aboutMention(asking: Asking): readonly Found[] {
  const { mention, policyOf } = asking;
  if (mention.meaning.kind === 'vm') return [];
  if (mention.meaning.kind === 'unresolved')
    return [finding('unresolved', `${mention.text}: ${mention.meaning.why}`)];
  const { reference } = mention.meaning;
  const policy = policyOf(namedAs(mention, reference));
  if (policy.isLeft) return [];
  if (!policy.isAllowed) {
    const name = formatReference({ registry: reference.registry, repository: reference.repository });
    return [finding('not-allowed', `${name} is not among the registries that lockkeeper.yaml allows`)];
  }
  const follows = followed(mention, policy);
  return [
    ...aboutAnswer(asking, reference, follows),
    ...aboutDrift(asking, reference, follows),
    ...(reference.digest === undefined ? [unpinned(mention)] : []),
  ];
}

function unpinned(mention: Mention): Found {
  const place = digestPlace(mention);
  const what = `${mention.text} can stand for another image at any time`;
  return place.kind === 'none'
    ? finding(
        'unpinned',
        `${what}, and has no place for a digest: ${place.why}`,
        'Write the whole name in one place.',
      )
    : finding('unpinned', what, 'lockkeeper pin');
}

/** Two mentions of one name that are pinned differently; each of them is told. */
function aboutDrift(
  { drifts, answers }: Asking,
  { digest }: Reference,
  follows: Reference | undefined,
): readonly Found[] {
  if (follows === undefined || digest === undefined) return [];
  // Images of one platform each are meant to differ, and told as what they are.
  const isOnePlatform = (one: Digest): boolean => answers?.kinship(follows, one)?.kind === 'one platform';
  const digests = drifts.get(formatReference(follows)) ?? new Map<Digest, number>();
  const others = [...digests].filter(([other]) => other !== digest && !isOnePlatform(other));
  if (others.length === 0 || isOnePlatform(digest)) return [];
  const elsewhere = others.map(
    ([other, count]) => `${shortDigest(other)} (${count} ${count === 1 ? 'mention' : 'mentions'})`,
  );
  const message = `${formatReference(follows)} is pinned to ${shortDigest(digest)} here, and elsewhere to ${elsewhere.join(', ')}`;
  return [finding('drifted', message, 'lockkeeper pin --update')];
}

function aboutAnswer(asking: Asking, reference: Reference, follows: Reference | undefined): readonly Found[] {
  const { answers } = asking;
  if (answers === undefined) return [];
  if (follows === undefined) return aboutLiveness(reference, answers.liveness(reference));
  const answer = answers.lookUp(follows);
  if (answer === undefined) return [];
  const name = formatReference(follows);
  if (answer.kind === 'failed') return [unanswered(name, answer.failure)];
  if (answer.kind === 'absent') {
    // Whether the pinned image is there still is what counts for those who use it now.
    const alive = reference.digest === undefined ? [] : aboutLiveness(reference, answers.liveness(reference));
    return [...alive, finding('absent', `${name} does not exist`, 'Name a tag that does.')];
  }
  if (reference.digest === undefined) return [];
  const kinship = answers.kinship(follows, reference.digest);
  return kinship === undefined
    ? []
    : aboutKinship(asking, { name, from: reference.digest, now: answer.descriptor.digest }, kinship);
}

function aboutLiveness(reference: Reference, answer: LookUp | undefined): readonly Found[] {
  if (answer?.kind === 'absent' && reference.digest !== undefined)
    return [dead(formatReference(reference), reference.digest)];
  return answer?.kind === 'failed' ? [unanswered(formatReference(reference), answer.failure)] : [];
}

interface Moved {
  readonly name: string;
  readonly from: Digest;
  readonly now: Digest;
}

function aboutKinship({ order }: Asking, moved: Moved, kinship: Kinship): readonly Found[] {
  const { name, from, now } = moved;
  switch (kinship.kind) {
    case 'same':
    case 'same images':
      return [];
    case 'dead':
      return [dead(name, from)];
    case 'unknown':
      return [unanswered(name, kinship.failure)];
    case 'one platform': {
      const one = `${name} is pinned to its image for ${kinship.platform} alone, and stands for several`;
      return [
        finding('one-platform', one, 'Where several platforms are used, take the digest of the index.'),
        ...(kinship.now === undefined || kinship.now === from ? [] : [stale(name, from, kinship.now)]),
      ];
    }
    case 'other': {
      const [older, newer] = [order.seen.firstSeen(name, now), order.seen.firstSeen(name, from)];
      const isBackwards = older !== undefined && newer !== undefined && older < newer;
      const back = `${name} went back to ${shortDigest(now)}, which it stood for before ${shortDigest(from)}`;
      return [
        ...(isBackwards ? [finding('backwards', back, 'Find out why before you follow it.')] : []),
        stale(name, from, now),
      ];
    }
    default:
      return unreachable(kinship);
  }
}

function dead(name: string, digest: Digest): Found {
  return finding(
    'dead',
    `${shortDigest(digest)}, to which ${name} is pinned, has gone from the registry: what uses it fails now`,
    'lockkeeper pin --update',
  );
}

function stale(name: string, from: Digest, now: Digest): Found {
  return finding(
    'stale',
    `${name} is pinned to ${shortDigest(from)} and stands for ${shortDigest(now)}`,
    'lockkeeper pin --update',
  );
}

function unanswered(name: string, failure: Found['failure'] & object): Found {
  const isDenied = failure.code === 'registry-denied';
  return {
    kind: isDenied ? 'denied' : 'unreachable',
    message: `${name} was not looked at: ${failure.message}`,
    remedy: failure.hint,
    failure,
  };
}

function finding(kind: PinFindingKind, message: string, remedy?: string): Found {
  return { kind, message, remedy, failure: undefined };
}
