import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { fieldsOf, parseFields, textOf } from './json-fields.ts';

/** What a .NET program is made of: `NAME.deps.json` beside it, written when it was published. */
export const nugetReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => path.endsWith('.deps.json'),
  readDependencies,
);

function readDependencies(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const top = parseFields(bytes);
  const files = filesByLibrary(fieldsOf(top.get('targets')));
  const folder = posix.dirname(path);
  for (const [library, entry] of fieldsOf(top.get('libraries'))) {
    const slash = library.lastIndexOf('/');
    const type = textOf(fieldsOf(entry), 'type');
    // `project` is the program's own code, `reference` a file without a package.
    if (type !== 'package' && type !== 'runtimepack') continue;
    const name = library.slice(0, Math.max(0, slash));
    facts.add({ ecosystem: 'nuget', name, version: library.slice(slash + 1) });
    facts.own({ ecosystem: 'nuget', name }, files.get(library) ?? [], { folder });
  }
  return facts.build();
}

const kindsOfFiles = ['runtime', 'native', 'resources', 'runtimeTargets'];

/** Publishing puts files beside the program without the folders that they have in the package. */
function filesByLibrary(targets: ReadonlyMap<string, unknown>): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, readonly string[]>();
  for (const target of targets.values()) {
    for (const [library, entry] of fieldsOf(target)) {
      const kinds = fieldsOf(entry);
      const paths = kindsOfFiles.flatMap((kind) => [...fieldsOf(kinds.get(kind))].map(placeOf));
      if (paths.length > 0 && !files.has(library)) files.set(library, paths);
    }
  }
  return files;
}

function placeOf([path, details]: readonly [string, unknown]): string {
  const fields = fieldsOf(details);
  if (textOf(fields, 'rid') !== undefined) return path;
  const locale = textOf(fields, 'locale');
  return locale === undefined ? posix.basename(path) : `${locale}/${posix.basename(path)}`;
}
