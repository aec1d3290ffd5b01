import { compileGlob } from '../../../model/glob.ts';
import type { UserPattern } from '../../../model/config-scan.ts';
import type { Mention } from '../../../model/mention.ts';
import type { FinderEntry, Found } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { spell } from '../text/spell.ts';

/**
 * What lockkeeper.yaml adds: a glob over paths, and a line with a hole for the name. A pattern is no regular expression
 * but two texts with the name between them, so finding it takes time linear in the file, whatever it says.
 */
export function userFinders(patterns: readonly UserPattern[]): readonly FinderEntry[] {
  return patterns.map((pattern): FinderEntry => {
    const matches = compileGlob(pattern.files, 'path');
    return {
      syntax: 'generic',
      matches,
      marks: pattern.before.trim() === '' ? [] : [pattern.before.trim()],
      load: () => Promise.resolve({ find: (source) => findPattern(source, pattern) }),
    };
  });
}

const nameChars = /[^\s"'`,;<>()[\]{}|\\]+/y;

function findPattern(source: SourceText, { before, after }: UserPattern): Found {
  const mentions: Mention[] = [];
  for (
    let at = source.text.indexOf(before);
    at !== -1;
    at = source.text.indexOf(before, at + before.length)
  ) {
    const start = at + before.length;
    nameChars.lastIndex = start;
    const text = nameChars.exec(source.text)?.[0];
    if (text === undefined) continue;
    // What follows the hole may be made of characters that a name can hold too.
    const cut =
      after === '' || source.text.startsWith(after, start + text.length) ? text.length : text.indexOf(after);
    if (cut <= 0) continue;
    const span = { start, end: start + cut };
    mentions.push(...spell({ source, span, syntax: 'generic', owner: before.trim(), sure: 'name' }));
  }
  return { mentions, faults: [] };
}
