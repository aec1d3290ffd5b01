import { formatWatchState, type SeenRepo, type WatchState } from '../../model/parity-watch.ts';

/** A look as it is kept. */
export interface KeptState {
  readonly text: string;
  /** Repositories that had no place in it, by their paths: at the next look they are seen for the first time. */
  readonly left: readonly string[];
}

/**
 * A look that the next one can read. Where it is too large the largest repositories are left out, so that one with thousands
 * of pins takes nobody else's place.
 */
export function fittingState(state: WatchState, bytesMax: number): KeptState {
  const kept = new Set<SeenRepo>();
  // Between repositories stands a comma, and none before the first.
  let room = bytesMax - Buffer.byteLength(formatWatchState({ ...state, repos: [] })) + 1;
  const sized = state.repos.map((repo) => ({ repo, bytes: Buffer.byteLength(JSON.stringify(repo)) + 1 }));
  for (const { repo, bytes } of sized.toSorted((left, right) => left.bytes - right.bytes)) {
    room -= bytes;
    if (room < 0) break;
    kept.add(repo);
  }
  return {
    text: formatWatchState({ ...state, repos: state.repos.filter((repo) => kept.has(repo)) }),
    left: state.repos.filter((repo) => !kept.has(repo)).map(({ path }) => path),
  };
}
