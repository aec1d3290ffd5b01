import { Failure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Candidate } from '../../model/candidate.ts';
import { digestOf, shortDigest, type Digest } from '../../model/digest.ts';
import type { Approval, PromotionMove } from '../../model/promotion.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import { parseVerdictDocument, type VerdictDocument } from '../../model/verdict-document.ts';
import {
  allowsPromotion,
  nextWithBundle,
  worstVerdict,
  type MemberVerdict,
  type Verdict,
} from '../../model/verdict.ts';
import { isProven, type ProvenStandIn } from './stand-in.ts';

/** A move that a verdict allows. Made here and nowhere else; whoever holds one need not look at the verdict again. */
export type AllowedMove = PromotionMove & { readonly __brand: 'AllowedMove' };

export interface AllowOrder {
  /** The bytes of the newest verdict document that belongs to the candidates; undefined: there is none. */
  readonly verdict: Uint8Array | undefined;
  readonly bundle: Bundle;
  /** Where the bundle lies, for the commands that a refusal proposes. */
  readonly place: string;
  /** The names that shall move, by image. */
  readonly targets: readonly PromotionTarget[];
  /** Digest of the configuration that is in force now. */
  readonly policy: Digest;
  /** Lets a verdict pass that waits for a person; has no say over any other. */
  readonly approval: Approval | undefined;
}

export interface PromotionTarget {
  readonly image: string;
  readonly reference: Reference;
}

/**
 * Checks that a verdict allows a promotion of exactly this set, under exactly this policy, and makes the moves of it.
 * @throws Failure `verdict-missing` (none, or of other digests, other members or another policy), `verdict-forbids`,
 * `content-refused` (it cannot be read), `config-invalid` (targets that contradict each other)
 */
export function allowMoves({
  verdict,
  bundle,
  place,
  targets,
  policy,
  approval,
}: AllowOrder): readonly AllowedMove[] {
  if (verdict === undefined) throw missing('the candidates of this bundle have no verdict');
  const document = parseVerdictDocument(verdict);
  checkPolicy(document, policy);
  const members = bundle.members.map((candidate) => verdictOn(document, candidate));
  checkWhole(document, bundle);
  const approved = checkAllowed(document, approval, place);
  checkTargets(targets);
  return targets.map(({ image, reference }) => {
    const member = members.find((each) => each.image === image);
    if (member === undefined)
      throw new Failure('name-unknown', `the bundle holds no image ${JSON.stringify(image)}`);
    return allowed({
      image,
      target: targetName(reference),
      baselineReference: member.baselineReference,
      from: member.baseline,
      to: member.candidate,
      verdict: digestOf(verdict),
      approval: approved,
    });
  });
}

/**
 * Puts proven rebuilds into the place of what the verdict is on. All of a set is rebuilt, or nothing of it.
 * @throws Failure `rebuild-differs` where one of the images has none
 */
export function withStandIns(
  moves: readonly AllowedMove[],
  standIns: readonly ProvenStandIn[],
): readonly AllowedMove[] {
  return moves.map((move) => {
    invariant(isAllowedMove(move), 'a stand-in takes the place of what was allowed');
    const standIn = standIns.find(({ image, tested }) => image === move.image && tested === move.to);
    if (standIn === undefined)
      throw new Failure('rebuild-differs', `there is no proven rebuild of ${move.image}`);
    invariant(isProven(standIn), 'a stand-in was proven');
    return allowed({ ...move, to: standIn.rebuilt, tested: standIn.tested });
  });
}

/** The one place that makes an {@link AllowedMove}. */
function allowed(move: PromotionMove): AllowedMove {
  made.add(move);
  invariant(isAllowedMove(move), 'a move that was made here is known here');
  return move;
}

/** True for what {@link allowMoves} made; a copy of it, however alike, is something else. */
export function isAllowedMove(move: PromotionMove): move is AllowedMove {
  return made.has(move);
}

const made = new WeakSet<PromotionMove>();

function checkPolicy(document: VerdictDocument, policy: Digest): void {
  if (document.record.policy === policy) return;
  throw missing(
    `the verdict was made under other suites or parameters (${shortDigest(document.record.policy)}) than those in force (${shortDigest(policy)})`,
  );
}

function verdictOn({ setVerdict }: VerdictDocument, candidate: Candidate): MemberVerdict {
  const member = setVerdict.members.find(({ image }) => image === candidate.image);
  if (member === undefined) throw missing(`the verdict says nothing on ${candidate.image}`);
  if (member.candidate !== candidate.digest) {
    throw missing(
      `the verdict on ${candidate.image} is on ${member.candidate}, but the bundle holds ${candidate.digest}`,
    );
  }
  if (member.suites.length === 0) throw missing(`no suite ran on ${candidate.image}`);
  return member;
}

/** A set is promoted as it was judged: whole, each member once. */
function checkWhole({ setVerdict }: VerdictDocument, bundle: Bundle): void {
  const judged = setVerdict.members.length;
  if (judged === bundle.members.length) return;
  throw missing(
    `the verdict is on a set of ${plural(judged, 'image')}, but the bundle holds ${bundle.members.length}`,
  );
}

/** The worst of all that the document says counts, not only what stands at its top. */
function checkAllowed(
  { setVerdict }: VerdictDocument,
  approval: Approval | undefined,
  place: string,
): Approval | undefined {
  const { members } = setVerdict;
  const all = [
    setVerdict.verdict,
    ...members.map(({ verdict }) => verdict),
    ...members.flatMap(({ suites }) => suites.map(({ verdict }) => verdict)),
  ];
  const worst = worstVerdict(all) ?? setVerdict.verdict;
  if (allowsPromotion(worst)) return undefined;
  if (worst.kind !== 'hold: needs approval' || approval === undefined) throw forbidden(worst, place);
  if (approval.author.trim() !== '' && approval.reason.trim() !== '') return approval;
  throw new Failure('usage', 'an approval needs an author and a reason');
}

function checkTargets(targets: readonly PromotionTarget[]): void {
  const seen = new Map<string, string>();
  for (const { image, reference } of targets) {
    if (reference.digest !== undefined) {
      throw new Failure(
        'config-invalid',
        `${reference.written} cannot be promoted to: it names a digest, and a digest does not move`,
      );
    }
    const target = targetName(reference);
    const other = seen.get(target);
    if (other !== undefined)
      throw new Failure('config-invalid', `${target} is to be moved twice, for ${other} and for ${image}`);
    seen.set(target, image);
  }
}

/** A name without a tag means `latest`. */
function targetName(reference: Reference): string {
  return formatReference({ ...reference, tag: reference.tag ?? 'latest' });
}

function missing(why: string): Failure {
  return new Failure('verdict-missing', why, {
    hint: 'Run `lockkeeper gate` on this bundle, with the same lockkeeper.yaml.',
  });
}

function forbidden(verdict: Verdict, place: string): Failure {
  const { kind, sentence, mover } = verdict;
  return new Failure('verdict-forbids', `the verdict is "${kind}": ${sentence}`, {
    hint: `${mover === 'nobody' ? 'Next' : `The ${mover}'s move`}: ${nextWithBundle(verdict, place)}`,
  });
}
