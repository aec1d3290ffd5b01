import { canonicalJson } from '../base/canonical-json.ts';
import { digestOf, type Digest } from './digest.ts';
import { formatReference, type Reference } from './reference.ts';
import type { PlanEntry } from './plan.ts';

/** One name that is to move from one digest to another, at all mentions that are pinned so. */
export interface Move {
  /** With the tag that is followed, without a digest. */
  readonly name: Reference;
  readonly from: Digest;
  readonly to: Digest;
  /** The name stood at `to` before it stood at `from`. */
  readonly backwards: boolean;
  /** The registry does not hold `from` any more: whoever pulls it fails now. */
  readonly dead: boolean;
  /** In the order of the mentions. */
  readonly entries: readonly PlanEntry[];
}

/** Moves that go together or not at all. */
export interface MoveUnit {
  /** {@link unitKey}. */
  readonly key: Digest;
  /** In the order of the mentions; at least one. */
  readonly moves: readonly [Move, ...Move[]];
}

/** By names and where they go to: the same moves have the same key on any day, on any base, wherever they come from. */
export function unitKey(moves: readonly Pick<Move, 'name' | 'to'>[]): Digest {
  const lines = new Set(moves.map(({ name, to }) => `${formatReference(name)} ${to}`));
  return digestOf(canonicalJson([...lines].toSorted()));
}
