import { limits } from '../../../base/limits.ts';
import type { FileFacts, Package } from '../../../model/package.ts';
import { noFacts, wholeFile } from './facts-reader.ts';
import { lines, paragraphsOf } from './paragraphs.ts';

/** dpkg's database of what is installed; distroless images have one file for each package in `status.d`. */
export const dpkgStatusReader = wholeFile(
  limits.packageDatabaseBytesMax,
  ({ path }) => path === 'var/lib/dpkg/status' || isDistroless(path),
  readStatus,
);

/** The files of one package, one path a line. */
export const dpkgListReader = wholeFile(
  limits.packageFileBytesMax,
  ({ path }) => listName(path) !== undefined,
  readList,
);

function isDistroless(path: string): boolean {
  return /^var\/lib\/dpkg\/status\.d\/[^/]+$/u.test(path) && !path.endsWith('.md5sums');
}

function readStatus(path: string, bytes: Buffer): FileFacts {
  const packages: Package[] = [];
  let unnamed = 0;
  for (const fields of paragraphsOf(bytes.toString('utf8'))) {
    const name = fields.get('package');
    const version = fields.get('version');
    // Files of status.d have no status: what is there is installed.
    if (!(fields.get('status') ?? 'install ok installed').endsWith(' installed')) continue;
    if (name === undefined || version === undefined) unnamed += 1;
    else packages.push({ ecosystem: 'deb', name, version, ...restOf(fields), place: path });
  }
  const troubles = unnamed === 0 ? [] : [`${unnamed} of its entries have no name or no version`];
  return { ...noFacts, packages, troubles };
}

function restOf(fields: ReadonlyMap<string, string>): Partial<Package> {
  const kibibytes = fields.get('installed-size');
  return {
    architecture: fields.get('architecture'),
    source: fields.get('source'),
    ...(/^\d{1,12}$/u.test(kibibytes ?? '') && { size: Number(kibibytes) * 1024 }),
  };
}

function readList(path: string, bytes: Buffer): FileFacts {
  const name = listName(path);
  if (name === undefined) return noFacts;
  const paths = [...lines(bytes.toString('utf8'))]
    .filter((line) => line.startsWith('/') && line !== '/.')
    .map((line) => line.slice(1));
  return { ...noFacts, owns: [{ ecosystem: 'deb', name, paths }] };
}

function listName(path: string): string | undefined {
  return /^var\/lib\/dpkg\/info\/([^/]+)\.list$/u.exec(path)?.[1];
}
