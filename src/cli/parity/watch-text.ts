import { plural, safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { WatchOutcome } from '../../flows/parity-watch.ts';
import type { ChangedPin, MovedChannel } from '../../model/parity-watch.ts';
import { failureDocument } from '../print/failure.ts';
import type { ParityPrinting } from './text.ts';

/** What is otherwise than at the last look, both ways, and up to where the platform goes. */
export function watchText(outcome: WatchOutcome, { paint, columns }: ParityPrinting): string {
  const { change, ceilings, failed, failedChannels, reports, left, isFirst } = outcome;
  const group = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0
      ? []
      : [
          paint('bold', title),
          ...lines.flatMap((line) =>
            wrapToWidth(safeLine(line), Math.max(30, columns - 4)).map(
              (text, at) => `${at === 0 ? '  ' : '    '}${text}`,
            ),
          ),
          '',
        ];
  const possible = change.possible.map(({ runtime, series }) => `${runtime} ${series.join(', ')}`);
  const says = [
    ...group('Moved', change.moved.map(movedText)),
    ...group(isFirst ? 'Broken' : 'Newly broken', change.broken.map(pinLine)),
    ...group('Mended', change.mended.map(pinLine)),
    ...group('Newly possible on all deploying channels', possible),
    ...group(
      'Ceilings',
      ceilings.map(
        ({ runtime, below, reason, until }) => `${runtime} below ${below} until ${until}: ${reason}`,
      ),
    ),
    ...group('Not looked at', [
      ...failedChannels.map(
        ({ name, failure }) => `${name}: ${failure.message}; what it last told still counts`,
      ),
      ...failed.map(({ path, failure }) => `${path}: ${failure.message}`),
    ]),
    ...group(
      'Not kept for the next look, which is the first for them: what was seen is too much for one file',
      left,
    ),
  ];
  const news = change.moved.length + change.broken.length + change.mended.length + change.possible.length;
  const looked = plural(reports.length, 'repository', 'repositories');
  const end = isFirst ? 'looked at for the first time' : news === 0 ? 'nothing new' : 'see above';
  return [...says, `${looked}: ${end}.`, ''].join('\n');
}

function movedText({ name, from, to, buildpacks }: MovedChannel): string {
  if (from === undefined) return `${name} is new`;
  if (to === undefined) return `${name} is gone`;
  const packs = buildpacks.map(({ id, from: old, to: fresh }) => {
    if (old === undefined) return `${id} ${fresh ?? ''} is new`;
    return fresh === undefined ? `${id} ${old} is gone` : `${id} ${old} to ${fresh}`;
  });
  return `${name}: ${packs.length === 0 ? 'another image with the same buildpacks' : packs.join(', ')}`;
}

function pinLine({ path, file, runtime, text }: ChangedPin): string {
  const place = path === '.' ? file : `${path}/${file}`;
  return `${place}: ${runtime} ${text}`;
}

/** For `--json`. */
export function watchDocument(outcome: WatchOutcome, madeBy: string): Readonly<Record<string, unknown>> {
  const { change, isFirst, ceilings, reports, failed, failedChannels, left } = outcome;
  return {
    schemaVersion: 1,
    kind: 'parity-watch',
    madeBy,
    first: isFirst,
    ...change,
    ceilings,
    repositories: reports.map(({ path }) => path),
    failed: failed.map(({ path, failure }) => ({ path, failure: failureDocument(failure) })),
    failedChannels: failedChannels.map(({ name, failure }) => ({ name, failure: failureDocument(failure) })),
    notKept: left,
  };
}
