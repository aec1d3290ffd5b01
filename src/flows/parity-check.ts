import { Failure } from '../base/failure.ts';
import type { ParityReport } from '../model/parity-report.ts';
import type { PlatformSource } from '../model/platform-profile.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import { platformJudge, type CheckedAgainst, type ParityTools } from './platform-judge.ts';
import { belowRoot } from './scan.ts';
import type { Watching } from './tools.ts';

/** All runtime pins of a folder, judged on each channel. @throws Failure `path-*`, `document-*`, `config-*` */
export async function parityCheck(
  directory: string,
  order: CheckedAgainst,
  tools: ParityTools,
  watching: Watching,
): Promise<{ readonly report: ParityReport; readonly below: string }> {
  const tree = await tools.trees.open(directory);
  const read = await readPins(tree);
  const judge = await platformJudge(order, tools, watching);
  return { report: await judge.judge(read), below: belowRoot(tree) };
}

export interface PlatformWords {
  readonly alone: string;
  readonly one: string;
}

/** The platform that is meant; undefined: lockkeeper.yaml names none. @throws Failure `name-unknown`, `usage` */
export function choosePlatform(
  platforms: readonly PlatformSource[],
  wanted: string | undefined,
  /** Words of the command line that say it another way. */
  { alone, one }: PlatformWords = {
    alone: 'Name its builder with --builder IMAGE, or describe',
    one: '--profile',
  },
): PlatformSource {
  const named = platforms.map((source) => ({
    name: source.kind === 'own' ? source.profile.name : source.name,
    source,
  }));
  const names = named.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = named.find(({ name }) => name === wanted);
    if (found !== undefined) return found.source;
    throw new Failure('name-unknown', `there is no platform ${JSON.stringify(wanted)}`, {
      hint: names === '' ? 'lockkeeper.yaml has no platforms.' : `lockkeeper.yaml has ${names}.`,
    });
  }
  const [only, ...others] = named;
  if (only === undefined) {
    throw new Failure('usage', 'nothing says what the platform builds with', {
      hint: `${alone} the platform under platforms in lockkeeper.yaml.`,
    });
  }
  if (others.length > 0)
    throw new Failure('usage', 'lockkeeper.yaml has several platforms', {
      hint: `Say which with ${one}: ${names}.`,
    });
  return only.source;
}
