import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { fieldsOf, parseFields, textOf, textsOf } from './json-fields.ts';

/** What Composer installed. Composer 1 wrote a list, Composer 2 an object with a list. */
export const composerReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => /(?:^|\/)composer\/installed\.json$/u.test(path),
  readInstalled,
);

function readInstalled(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const top = parseFields(bytes);
  const listed = top.has('packages') ? fieldsOf(top.get('packages')) : top;
  const folder = posix.dirname(path);
  for (const entry of listed.values()) {
    const fields = fieldsOf(entry);
    const name = textOf(fields, 'name');
    const version = textOf(fields, 'version');
    if (name === undefined || version === undefined) {
      facts.addNameless();
      continue;
    }
    const licences = textsOf(fields, 'license');
    facts.add({ ecosystem: 'composer', name, version, licence: licences.join(' OR ') });
    // Metapackages have no folder.
    if (textOf(fields, 'type') === 'metapackage') continue;
    const place = textOf(fields, 'install-path') ?? `../${name}`;
    facts.own({ ecosystem: 'composer', name }, [], { folder, below: [place] });
  }
  return facts.build();
}
