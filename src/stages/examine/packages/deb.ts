import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
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
  const facts = new FactsBuilder(path);
  for (const fields of paragraphsOf(bytes.toString('utf8'))) {
    // Files of status.d have no status: what is there is installed.
    if (!(fields.get('status') ?? 'install ok installed').endsWith(' installed')) continue;
    const name = fields.get('package');
    const version = fields.get('version');
    if (name === undefined || version === undefined) {
      facts.addNameless();
      continue;
    }
    const kibibytes = fields.get('installed-size');
    facts.add({
      ecosystem: 'deb',
      name,
      version,
      architecture: fields.get('architecture'),
      source: fields.get('source'),
      size: /^\d{1,12}$/u.test(kibibytes ?? '') ? Number(kibibytes) * 1024 : undefined,
    });
  }
  return facts.build();
}

function readList(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const name = listName(path) ?? '';
  facts.own({ ecosystem: 'deb', name }, lines(bytes.toString('utf8')));
  return facts.build();
}

function listName(path: string): string | undefined {
  return /^var\/lib\/dpkg\/info\/([^/]+)\.list$/u.exec(path)?.[1];
}
