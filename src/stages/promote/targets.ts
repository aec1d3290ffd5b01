import { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';
import { standingOf, type PromotionMove, type Standing } from '../../model/promotion.ts';
import { parseReference, tagOrDigest } from '../../model/reference.ts';
import type { Registries, Repository } from '../../ports/repository.ts';

/** A move with the place that it is made in. */
export interface Target<Move extends PromotionMove = PromotionMove> {
  readonly move: Move;
  readonly repository: Repository;
  readonly tag: string;
  /** A repository of the same registry that may hold the blobs already. */
  readonly mountFrom: string | undefined;
  /** Where the verdict's baseline is looked up again; the name may differ from the target's. */
  readonly baseline: { readonly repository: Repository; readonly tag: string };
}

/** Where a target stands at this instant, and what that means. */
interface TargetStanding {
  readonly move: PromotionMove;
  readonly found: Digest | undefined;
  readonly standing: Standing;
}

export function openTarget<Move extends PromotionMove>(move: Move, registries: Registries): Target<Move> {
  const target = parseReference(move.target);
  const baseline = parseReference(move.baselineReference);
  const near = baseline.registry === target.registry && baseline.repository !== target.repository;
  return {
    move,
    repository: registries.open(target.registry, target.repository),
    tag: tagOrDigest(target),
    mountFrom: near ? baseline.repository : undefined,
    baseline: {
      repository: registries.open(baseline.registry, baseline.repository),
      tag: tagOrDigest(baseline),
    },
  };
}

/**
 * The name that the verdict compared with must stand where it stood, or at the candidate already, whichever names move.
 * @throws Failure `baseline-moved`
 */
export async function checkBaseline({ move, baseline }: Target): Promise<void> {
  const found = (await baseline.repository.resolve(baseline.tag))?.digest;
  if (found !== move.from && found !== move.to) throw moved(move, move.baselineReference, found);
}

/** @throws Failure `baseline-moved` when somebody else moved it */
export async function checkTarget(target: Target): Promise<Standing> {
  const { move, found, standing } = await lookAt(target);
  if (standing !== 'elsewhere') return standing;
  throw moved(move, move.target, found);
}

function moved({ from, to, target }: PromotionMove, name: string, found: Digest | undefined): Failure {
  const was = from === undefined ? 'did not exist' : `stood at ${from}`;
  const now = found === undefined ? 'does not exist any more' : `stands at ${found}`;
  return new Failure(
    'baseline-moved',
    `${name} ${was} when the verdict was made, and now ${now}; ${target} was not moved to ${to}`,
    {
      hint: 'Somebody else moved it. Run `lockkeeper gate` again, so that the candidate is compared with what is in use now.',
    },
  );
}

async function lookAt({ move, repository, tag }: Target): Promise<TargetStanding> {
  const found = (await repository.resolve(tag))?.digest;
  return { move, found, standing: standingOf(move, found) };
}
