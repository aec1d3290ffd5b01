import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { UnreadableError, wholeFile } from './facts-reader.ts';
import { lines, paragraphsOf } from './paragraphs.ts';

/** Core metadata of installed distributions: wheels have `dist-info`, setuptools and distutils `egg-info`. */
export const pypiReader = wholeFile(
  limits.packageFileBytesMax,
  ({ path }) =>
    /\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$|\.egg-info$|\.egg\/EGG-INFO\/PKG-INFO$/u.test(path),
  readMetadata,
);

/** The files of a distribution: `RECORD` of wheels, `installed-files.txt` of setuptools. */
export const pypiFilesReader = wholeFile(
  limits.packageFileBytesMax,
  ({ path }) => distribution.test(path),
  readFiles,
);

const distribution =
  /(?:^|\/)([^/]{1,255}?)(?:-\d[^/]{0,255})?\.(?:dist-info\/RECORD|egg-info\/installed-files\.txt)$/u;

function readMetadata(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const [fields] = paragraphsOf(bytes.toString('utf8'));
  const name = fields?.get('name');
  const version = fields?.get('version');
  if (fields === undefined || name === undefined || version === undefined) {
    throw new UnreadableError('it says no name and version');
  }
  facts.add({ ecosystem: 'pypi', name, version, licence: licenceOf(fields) });
  return facts.build();
}

/** Some put the whole text of a licence there. */
function licenceOf(fields: ReadonlyMap<string, string>): string | undefined {
  const licence = fields.get('license-expression') ?? fields.get('license');
  return licence === undefined || licence.includes('\n') || licence === 'UNKNOWN' ? undefined : licence;
}

function readFiles(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const name = distribution.exec(path)?.[1] ?? '';
  const isRecord = path.endsWith('/RECORD');
  // A RECORD is written against the folder that holds the dist-info, an installed-files.txt against the egg-info.
  const folder = isRecord ? posix.dirname(posix.dirname(path)) : posix.dirname(path);
  facts.own({ ecosystem: 'pypi', name }, pathsOf(bytes.toString('utf8'), isRecord), {
    folder: folder === '.' ? '' : folder,
  });
  return facts.build();
}

function* pathsOf(text: string, isRecord: boolean): Generator<string, void, undefined> {
  for (const line of lines(text)) {
    const path = isRecord ? firstCell(line) : line;
    if (path !== '') yield path;
  }
}

/** Of a line of CSV; a path with a comma stands in quotes. */
function firstCell(line: string): string {
  if (!line.startsWith('"')) return line.slice(0, line.includes(',') ? line.indexOf(',') : undefined);
  return (/^"((?:[^"]|"")*)"/u.exec(line)?.[1] ?? '').replaceAll('""', '"');
}
