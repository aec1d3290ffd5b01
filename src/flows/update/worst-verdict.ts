import { standingOf, type MoveVerdict } from '../../model/move-verdict.ts';
import { verdictKinds } from '../../model/verdict.ts';

type Of<K extends MoveVerdict['kind']> = Extract<MoveVerdict, { readonly kind: K }>;

/** The worst of those that came about; undefined: none did. */
export function worstOf(verdicts: readonly MoveVerdict[]): Of<'judged'> | undefined {
  return verdicts
    .flatMap((each) => (each.kind === 'judged' ? [each] : []))
    .toSorted(
      (one, other) => verdictKinds.indexOf(other.verdict.kind) - verdictKinds.indexOf(one.verdict.kind),
    )[0];
}

/** The first that hinders the moves from going in; undefined: what was tried counts, or nothing hinders them. */
export function hinderedBy(verdicts: readonly MoveVerdict[]): Of<'untried'> | undefined {
  return standingOf(verdicts) === 'waits' ? verdicts.find((each) => each.kind === 'untried') : undefined;
}

/** What counted, in words: what hindered a verdict, or the worst; undefined: there is neither. */
export function whyOf(verdicts: readonly MoveVerdict[]): string | undefined {
  const untried = hinderedBy(verdicts);
  if (untried !== undefined) return `${untried.image} could not be tried: ${untried.failure.message}`;
  const worst = worstOf(verdicts);
  return worst && `${worst.image}: ${worst.verdict.kind}. ${worst.verdict.sentence}`;
}
