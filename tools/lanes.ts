import { availableParallelism } from 'node:os';
import { startEngine, startEngineWhereNoneAnswers, type StartedEngine } from './engine.ts';

/** Where files of tests run one after the other, beside other lanes. No two lanes share an engine. */
export interface Lane {
  /** What its tests need in their environment to find their docker. */
  readonly env: Readonly<Record<string, string>>;
  /** A machine has one store of podman: the tests of one lane alone may use it. */
  readonly hasPodman: boolean;
}

export interface OpenLanes {
  readonly lanes: readonly Lane[];
  readonly stop: () => Promise<void>;
}

// A test keeps one processor busy and waits as long for an engine: more lanes would only wait for each other.
const lanesMax = 2;

/**
 * Two lanes, each with a docker of its own that lasts as long as they are open. One lane where docker answers already,
 * which is left alone, where no docker can be started, or where there is one processor.
 */
export async function openLanes(wanted: number, say: (line: string) => void): Promise<OpenLanes> {
  const engines: StartedEngine[] = [];
  const count = Math.min(wanted, lanesMax, availableParallelism());
  for (let start = startEngineWhereNoneAnswers; engines.length < count; start = startEngine) {
    const engine = await start(say);
    if (engine === undefined) break;
    engines.push(engine);
  }
  const lanes = engines.map(({ env }, index): Lane => ({ env, hasPodman: index === 0 }));
  return {
    lanes: lanes.length > 0 ? lanes : [{ env: {}, hasPodman: true }],
    stop: async () => void (await Promise.all(engines.map((engine) => engine.stop()))),
  };
}

/** Files that take a minute or more. */
export const longFiles: readonly string[] = ['demo', 'runner-docker', 'runner-podman', 'builder'].map(
  (name) => `test/real/${name}.test.ts`,
);

/** The same files, the long ones first: begun late, one of them would be all that is waited for in the end. */
export function longFirst(files: readonly string[]): readonly string[] {
  const isLong = (file: string): boolean => longFiles.includes(file);
  return [...longFiles.filter((file) => files.includes(file)), ...files.filter((file) => !isLong(file))];
}

export interface LaneWork<T> {
  readonly usesPodman: (file: string) => boolean;
  readonly run: (file: string, lane: Lane) => Promise<T>;
  /** No further file is begun. */
  readonly signal: AbortSignal;
}

export interface LanesEnd<T> {
  readonly ends: readonly T[];
  /** Files that were not begun. */
  readonly left: readonly string[];
}

/** Runs every file in a lane where it may run, each lane taking the next one as soon as it is free. */
export async function runInLanes<T>(
  lanes: readonly Lane[],
  files: readonly string[],
  { usesPodman, run, signal }: LaneWork<T>,
): Promise<LanesEnd<T>> {
  const left = new Set(files);
  const take = ({ hasPodman }: Lane): string | undefined => {
    const podmans = [...left].filter(usesPodman);
    const [other] = [...left].filter((file) => !podmans.includes(file));
    // What may run nowhere else comes first.
    const file = hasPodman ? (podmans[0] ?? other) : other;
    if (file !== undefined) left.delete(file);
    return file;
  };
  const ends: T[] = [];
  const work = async (lane: Lane): Promise<void> => {
    while (!signal.aborted) {
      const file = take(lane);
      if (file === undefined) return;
      ends.push(await run(file, lane));
    }
  };
  await Promise.all(lanes.map(work));
  return { ends, left: [...left] };
}
