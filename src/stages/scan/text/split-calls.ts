import type { Mention } from '../../../model/mention.ts';
import type { SourceText } from '../source-text.ts';
import { splitMention } from './split.ts';

interface Call {
  readonly owner: string;
  /** Has to stand in the file. */
  readonly mark: string;
  /** Captures name and tag; with `d`, so that their places are known. */
  readonly pattern: RegExp;
}

const text = `"([^"\\n]{1,255})"`;
const gap = String.raw`\s{0,9},\s{0,99}`;

/** Calls that take a name and its tag as texts of their own. */
const calls: readonly Call[] = [
  {
    owner: 'dockertest',
    mark: 'dockertest',
    pattern: new RegExp(`\\.Run\\(\\s{0,9}${text}${gap}${text}`, 'dg'),
  },
  {
    owner: 'dockertest',
    mark: 'dockertest',
    pattern: new RegExp(`\\bRepository:\\s{0,9}${text}[^{}]{0,200}?\\bTag:\\s{0,9}${text}`, 'dg'),
  },
  {
    owner: 'AddContainer',
    mark: '.AddContainer(',
    pattern: new RegExp(`\\.AddContainer\\(\\s{0,9}"[^"\\n]{1,255}"${gap}${text}${gap}${text}`, 'dg'),
  },
];

/** Names that tests and hosts of .NET and Go start, where the tag is an argument of its own; nothing has a place for a digest. */
export function splitCalls(source: SourceText, code: string): readonly Mention[] {
  return calls
    .filter(({ mark }) => code.includes(mark))
    .flatMap(({ owner, pattern }) =>
      Array.from(code.matchAll(pattern)).flatMap(({ indices }) => {
        const [, repository, tag] = indices ?? [];
        if (repository === undefined || tag === undefined) return [];
        return splitMention({
          source,
          syntax: 'source',
          owner,
          repository: { start: repository[0], end: repository[1] },
          tag: { start: tag[0], end: tag[1] },
        });
      }),
    );
}
