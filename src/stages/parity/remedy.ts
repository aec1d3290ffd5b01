import { isHarmful } from '../../model/parity-answer.ts';
import type { JudgedPin, Remedy } from '../../model/parity-report.ts';
import { entryFor } from '../../model/buildpack-knowledge.ts';
import { commonSeries } from './common-series.ts';
import type { KnownBuildpack } from './judge-pin.ts';
import { seriesOfAll } from './resolve-version.ts';

/** A deploying channel, and what may install the pin's runtime there; empty: nobody knows. */
export interface DeployingChannel {
  readonly name: string;
  readonly known: readonly KnownBuildpack[];
}

/** What a person can write instead. Undefined where every deploying channel takes the pin, or nothing helps. */
export function remedyOf(
  answers: JudgedPin['answers'],
  deploying: readonly DeployingChannel[],
): Remedy | undefined {
  const wrong = new Set(answers.filter(({ answer }) => isHarmful(answer)).map(({ channel }) => channel));
  if (!deploying.some(({ name }) => wrong.has(name))) return undefined;
  const offers = deploying.map(({ name, known }) => ({
    name,
    series: seriesOfAll(known),
  }));
  const telling = offers.filter(({ series }) => series.length > 0);
  const [series] = commonSeries(telling.map((each) => each.series));
  const readInstead = deploying.flatMap(({ name, known }) => {
    const isIgnored = answers.some(({ channel, answer }) => channel === name && answer.kind === 'ignored');
    const [first] = known;
    if (first === undefined || !isIgnored) return [];
    const reads = entryFor(first.knowledge.reads, first.buildpack.version);
    const files = (reads?.files ?? []).map(({ file, field }) =>
      field === undefined ? file : `${field} of ${file}`,
    );
    return [{ channel: name, buildpack: first.buildpack, files }];
  });
  const notKnown = offers.filter((each) => each.series.length === 0).map(({ name }) => name);
  return { series, on: telling.map(({ name }) => name), notKnown, readInstead };
}
