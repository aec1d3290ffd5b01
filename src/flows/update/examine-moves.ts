import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { eachInParallel } from '../../base/parallel.ts';
import type { Move } from '../../model/move.ts';
import type { NoiseRule } from '../../model/noise.ts';
import type { Platform } from '../../model/platform.ts';
import { pinReference, type Reference } from '../../model/reference.ts';
import { diff, type Diff, type DiffTools } from '../diff.ts';
import type { Reach } from '../examine-images.ts';
import type { Watching } from '../tools.ts';

/** What is known of a move's two images. */
export type MoveChange =
  | { readonly kind: 'compared'; readonly diff: Diff }
  /** `why` is a clause: the images could not be compared, or were not to be. */
  | { readonly kind: 'not compared'; readonly why: string };

export interface ExamineOrder {
  /** `none`: nothing is fetched. */
  readonly reach: Reach | 'none';
  readonly noise: readonly NoiseRule[];
  /** Those that count; the first stands for them, as their images come from one build. Empty: all are compared. */
  readonly platforms: readonly Platform[];
}

/** One pair of digests is compared once, under however many names it moves. */
export type MoveChanges = (move: Move) => MoveChange;

/** Compares the two images of each move. One that cannot be compared never stops the others. */
export async function examineMoves(
  moves: readonly Move[],
  order: ExamineOrder,
  tools: DiffTools,
  watching: Watching,
): Promise<MoveChanges> {
  const pairs = new Map(moves.map((move) => [pairOf(move), move]));
  const changes = new Map<string, MoveChange>();
  await eachInParallel(pairs, limits.transfersAtOnceMax, async ([pair, move]) => {
    changes.set(pair, await examineMove(move, order, tools, watching));
  });
  return (move) => changes.get(pairOf(move)) ?? { kind: 'not compared', why: 'it was not asked for' };
}

function pairOf({ name, from, to }: Move): string {
  return `${name.registry}/${name.repository} ${from} ${to}`;
}

async function examineMove(
  { name, from, to, dead }: Move,
  { reach, noise, platforms }: ExamineOrder,
  tools: DiffTools,
  watching: Watching,
): Promise<MoveChange> {
  if (reach === 'none') return { kind: 'not compared', why: 'comparing was not asked for' };
  if (dead) return { kind: 'not compared', why: 'the image before has gone' };
  const source = (reference: Reference): { readonly kind: 'registry'; readonly reference: Reference } => ({
    kind: 'registry',
    reference,
  });
  const compare = (platform: Platform | undefined): Promise<Diff> => {
    const [baseline, candidate] = [source(pinReference(name, from)), source(pinReference(name, to))];
    return diff({ baseline, candidate, platform, reach, noise }, tools, watching);
  };
  try {
    return { kind: 'compared', diff: await compare(platforms[0]) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
    return { kind: 'not compared', why: error.message };
  }
}
