import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { bdbHeaders, isBdb } from './rpm-bdb.ts';
import { FactsBuilder } from './facts-builder.ts';
import { UnreadableError, wholeFile } from './facts-reader.ts';
import { isNdb, ndbHeaders } from './rpm-ndb.ts';
import { parseRpmHeader, rpmTags, type RpmHeader } from './rpm-header.ts';
import { isSqlite, rowsOfTable } from './sqlite-file.ts';

/** rpm's database, in each of the three forms that it has had; the first bytes tell which. */
export const rpmReader = wholeFile(
  limits.rpmDatabaseBytesMax,
  ({ path }) =>
    /^(?:var|usr)\/(?:lib|share|lib\/sysimage)\/rpm\/(?:Packages|Packages\.db|rpmdb\.sqlite)$/u.test(path),
  readDatabase,
);

/** What SQLite has not yet moved into the database; an image that was shut down properly has none, or an empty one. */
export const rpmLogReader = wholeFile(
  limits.rpmDatabaseBytesMax,
  ({ path, size }) => size > 0 && path.endsWith('/rpm/rpmdb.sqlite-wal'),
  (path) => {
    const facts = new FactsBuilder(path);
    facts.trouble('the rpm database has changes in its log that are not read');
    return facts.build();
  },
);

function readDatabase(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  try {
    for (const header of headersOf(bytes)) addHeader(facts, header);
  } catch (error) {
    // What was read until then is true and stays.
    if (!(error instanceof UnreadableError)) throw error;
    facts.trouble(error.message);
  }
  return facts.build();
}

function headersOf(bytes: Buffer): Iterable<Buffer> {
  if (bytes.length === 0) return [];
  if (isSqlite(bytes)) return sqliteHeaders(bytes);
  if (isNdb(bytes)) return ndbHeaders(bytes);
  if (isBdb(bytes)) return bdbHeaders(bytes);
  throw new UnreadableError('it is neither SQLite, ndb nor Berkeley DB');
}

function* sqliteHeaders(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (const [, blob] of rowsOfTable(bytes, 'Packages')) {
    if (Buffer.isBuffer(blob)) yield blob;
  }
}

/** One broken header does not hide the others. */
function addHeader(facts: FactsBuilder, bytes: Buffer): void {
  try {
    addPackage(facts, parseRpmHeader(bytes));
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    facts.trouble(`a package’s header is broken: ${error.message}`);
  }
}

function addPackage(facts: FactsBuilder, header: RpmHeader): void {
  const name = header.text(rpmTags.name);
  const version = header.text(rpmTags.version);
  if (name === undefined || version === undefined) {
    facts.addNameless();
    return;
  }
  const [epoch = 0] = header.numbers(rpmTags.epoch);
  const release = header.text(rpmTags.release);
  facts.add({
    ecosystem: 'rpm',
    name,
    version: `${epoch === 0 ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`,
    architecture: header.text(rpmTags.architecture),
    source: header.text(rpmTags.sourceRpm),
    licence: header.text(rpmTags.licence),
    size: header.numbers(rpmTags.longSize)[0] ?? header.numbers(rpmTags.size)[0],
  });
  facts.own({ ecosystem: 'rpm', name }, filesOf(header));
}

/** Paths are kept as a list of folders, and for each file the folder’s position and its own name. */
function* filesOf(header: RpmHeader): Generator<string, void, undefined> {
  const folders = header.texts(rpmTags.directoryNames);
  const positions = header.numbers(rpmTags.directoryIndexes);
  for (const [index, name] of header.texts(rpmTags.baseNames).entries()) {
    const folder = folders[positions[index] ?? folders.length];
    if (folder !== undefined) yield `${folder}${name}`;
  }
}
