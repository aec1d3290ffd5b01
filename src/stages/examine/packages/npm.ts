import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { fieldsOf, parseFields, textOf, type Fields } from './json-fields.ts';

/**
 * What npm, yarn and pnpm installed: the manifest in the package's own folder. Manifests deeper down belong to the
 * package too. Debian's modules for Node lie in folders of their own.
 */
export const npmReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => folderOf(path) !== undefined,
  readManifest,
);

function readManifest(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const fields = parseFields(bytes);
  const folder = folderOf(path) ?? '';
  const name = textOf(fields, 'name') ?? folder;
  const version = textOf(fields, 'version');
  // A manifest that says neither only sets how the files beside it are read.
  if (version === undefined && !fields.has('name')) return facts.build();
  facts.add({ ecosystem: 'npm', name, version: version ?? '', licence: licenceOf(fields) });
  facts.own({ ecosystem: 'npm', name }, [], { below: [posix.dirname(path)] });
  return facts.build();
}

function licenceOf(fields: Fields): string | undefined {
  return textOf(fields, 'license') ?? textOf(fieldsOf(fields.get('license')), 'type');
}

/** The name that the package is installed under. */
function folderOf(path: string): string | undefined {
  return /(?:^|\/)(?:node_modules|usr\/(?:share|lib)\/nodejs)\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/u.exec(
    path,
  )?.[1];
}
