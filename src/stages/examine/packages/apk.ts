import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { lines } from './paragraphs.ts';

/** apk-tools' database: fields of one letter, upper and lower case differ; `F:` opens a folder, `R:` is a file in it. */
export const apkReader = wholeFile(
  limits.packageDatabaseBytesMax,
  ({ path }) => path === 'lib/apk/db/installed' || path === 'usr/lib/apk/db/installed',
  readInstalled,
);

function readInstalled(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  let fields = new Map<string, string>();
  let files: string[] = [];
  let folder = '';
  let charsLeft: number = limits.ownedPathCharsMax;
  const close = (): void => {
    if (fields.size > 0) addPackage(facts, fields, files);
    fields = new Map();
    files = [];
    folder = '';
  };
  for (const line of lines(bytes.toString('utf8'))) {
    const [letter, value] = [line[0] ?? '', line.slice(2)];
    if (line === '') close();
    else if (line[1] !== ':') facts.trouble('a line is no field');
    else if (letter === 'F') folder = value;
    else if (letter === 'R') {
      // One too many is kept, so that it is told.
      if (charsLeft >= 0 && files.length <= limits.ownedPathsMax) files.push(`${folder}/${value}`);
      charsLeft -= folder.length + value.length;
    } else if (!fields.has(letter)) fields.set(letter, value);
  }
  close();
  return facts.build();
}

function addPackage(
  facts: FactsBuilder,
  fields: ReadonlyMap<string, string>,
  files: readonly string[],
): void {
  const name = fields.get('P');
  const version = fields.get('V');
  if (name === undefined || version === undefined) {
    facts.addNameless();
    return;
  }
  const size = fields.get('I');
  facts.add({
    ecosystem: 'apk',
    name,
    version,
    architecture: fields.get('A'),
    source: fields.get('o'),
    licence: fields.get('L'),
    size: /^\d{1,15}$/u.test(size ?? '') ? Number(size) : undefined,
  });
  facts.own({ ecosystem: 'apk', name }, files);
}
