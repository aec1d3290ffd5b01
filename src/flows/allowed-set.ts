import { invariant } from '../base/invariant.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Config } from '../model/definition.ts';
import type { Approval } from '../model/promotion.ts';
import type { Layout } from '../ports/layout.ts';
import { allowMoves, type AllowedMove, type PromotionTarget } from '../stages/promote/allow.ts';
import { requireEvidence } from '../stages/promote/require-evidence.ts';
import { checkPlatforms } from './gate-unit.ts';
import { readVerdict, type StoredVerdict } from './read-verdict.ts';

export interface BundleInLayout {
  readonly layout: Layout;
  readonly bundle: Bundle;
}

export interface AllowedSetOrder {
  readonly config: Config;
  readonly approval: Approval | undefined;
  readonly targets: readonly PromotionTarget[];
}

/** What a verdict allows, and the verdict. */
export interface AllowedSet {
  readonly moves: readonly AllowedMove[];
  readonly stored: StoredVerdict;
}

/**
 * Judges a bundle's newest verdict again, and asks whether it allows a promotion of the whole set under the configuration
 * in force. Asks no registry.
 * @throws Failure as {@link readVerdict}, {@link requireEvidence} and {@link allowMoves}
 */
export async function allowedSet(
  { config, approval, targets }: AllowedSetOrder,
  { layout, bundle }: BundleInLayout,
): Promise<AllowedSet> {
  const stored = await readVerdict(layout, bundle);
  const moves = allowMoves({
    verdict: stored?.bytes,
    bundle,
    place: layout.path,
    targets,
    policy: config.policy,
    approval,
  });
  invariant(stored !== undefined, 'without a verdict nothing is allowed');
  for (const member of bundle.members) await checkPlatforms(member, layout);
  requireEvidence({ config, bundle, record: stored.document.record, evidences: stored.evidences });
  return { moves, stored };
}
