import type { Failure } from '../base/failure.ts';
import type { Digest } from './digest.ts';
import type { Verdict } from './verdict.ts';

/** What our own trials say of a move: the old digest against the new one. */
export type MoveVerdict =
  /** No image of lockkeeper.yaml has this name as its baseline: the forge's checks are what there is. */
  | { readonly kind: 'unguarded' }
  /** It is on our branch upon this very base, and stays there; no ledger remembers a verdict, and this run did not try it. */
  | { readonly kind: 'on the branch'; readonly image: string }
  /** `image` is the name in lockkeeper.yaml. */
  | {
      readonly kind: 'judged';
      readonly image: string;
      readonly platform: string;
      readonly verdict: Verdict;
      /** Of the verdict's document, which the ledger keeps. */
      readonly document: Digest;
    }
  /** No verdict came about. */
  | { readonly kind: 'untried'; readonly image: string; readonly failure: Failure };

/** What becomes of a unit: it goes in, it stays back as a culprit, or it waits since nothing is proven yet. */
export type UnitStanding = 'good' | 'culprit' | 'waits';

/** The worst of its moves counts. */
export function standingOf(verdicts: readonly MoveVerdict[]): UnitStanding {
  const standings = verdicts.map(standingOfMove);
  if (standings.includes('culprit')) return 'culprit';
  return standings.includes('waits') ? 'waits' : 'good';
}

function standingOfMove(each: MoveVerdict): UnitStanding {
  if (each.kind === 'unguarded' || each.kind === 'on the branch') return 'good';
  if (each.kind === 'untried') return 'waits';
  switch (each.verdict.kind) {
    case 'promote':
    case 'promote with waiver':
      return 'good';
    case 'reject: regression':
    case 'reject: must-pass':
      return 'culprit';
    case 'hold: needs approval':
    case 'hold: newly flaky':
    case 'hold: no evidence':
    case 'hold: infrastructure':
      return 'waits';
  }
}
