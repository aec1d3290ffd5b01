import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file system of Debian's with what package managers made in it, and what they say of it themselves. */

const included = [
  ...['python3-pip', 'python3-requests', 'ruby', 'ruby-nokogiri', 'skopeo', 'docker-registry'],
  ...['libcommons-lang3-java', 'libjackson2-databind-java', 'rpm', 'db-util'],
];

/** Runs a program to its end and returns what it printed. */
export function say(program: string, words: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    input,
    maxBuffer: 256 * 2 ** 20,
  });
  if (status !== 0)
    throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.slice(-2000)}`);
  return stdout;
}

export function within(root: string, script: string, input?: string): string {
  return say(
    'chroot',
    [
      root,
      'env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LC_ALL=C.UTF-8',
      'sh',
      '-ec',
      script,
    ],
    input,
  );
}

export function bootstrap(release: string, root: string): void {
  say('mmdebstrap', ['--variant=minbase', '--mode=root', `--include=${included.join(',')}`, release, root]);
}

/** Packages of rpm’s own making, and modules of npm’s. */
export function furnish(root: string): void {
  mkdirSync(path.join(root, 'build'));
  // Debian's rpm keeps its database with the person otherwise.
  mkdirSync(path.join(root, 'etc/rpm'), { recursive: true });
  writeFileSync(path.join(root, 'etc/rpm/macros'), '%_dbpath /var/lib/rpm\n');
  writeFileSync(path.join(root, 'build/many.spec'), rpmSpec());
  within(
    root,
    `cd /build; rpmbuild --quiet -bb --define '_topdir /build/top' --define '_build_id_links none' many.spec
     rpm -i --justdb --nodeps --ignorearch top/RPMS/*/*.rpm; cd /; rm -rf /build`,
  );
  mkdirSync(path.join(root, 'app'));
  // esbuild is a program in Go; the older one was linked before Go told its version where it does now.
  const programs = { esbuild: '0.24.0', 'esbuild-linux-64': '0.13.15' };
  const dependencies = {
    express: '4.21.2',
    '@types/node': '22.10.0',
    semver: '7.6.3',
    eslint: '8.57.1',
    ...programs,
  };
  writeFileSync(
    path.join(root, 'app/package.json'),
    JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
  );
  say('npm', ['install', '--prefix', path.join(root, 'app'), '--no-audit', '--no-fund', '--ignore-scripts']);
}

const rpmCount = 120;

/** Packages with epochs, several files, and texts longer than a page. */
function rpmSpec(): string {
  const each = Array.from({ length: rpmCount }, (_, index) => {
    const epoch = index % 3 === 0 ? `Epoch: ${index}\n` : '';
    const notes = 'Longer than a page of the database. '.repeat((index % 5) * 60);
    return [
      `%package -n made-${index}\n${epoch}Version: ${index}.${index % 7}~rc${index % 4}\nSummary: made\nLicense: ${index % 2 === 0 ? 'MIT' : 'GPLv2+ and BSD'}`,
      `%description -n made-${index}\n${notes}made`,
      `%files -n made-${index}\n/opt/made/${index}\n/etc/made-${index}.conf`,
    ].join('\n\n');
  });
  const make = Array.from(
    { length: rpmCount },
    (_, index) =>
      `mkdir -p %{buildroot}/opt/made/${index} %{buildroot}/etc\necho ${index} > %{buildroot}/opt/made/${index}/file\necho ${index} > %{buildroot}/etc/made-${index}.conf`,
  );
  const head = 'Name: many\nVersion: 1\nRelease: 2\nSummary: many\nLicense: MIT\n\n%description\nmany';
  return `${head}\n\n${each.join('\n\n')}\n\n%install\n${make.join('\n')}\n`;
}

/** The file system as the only layer of an image in a new layout. */
export async function layoutOf(root: string, layout: string): Promise<void> {
  const blobs = path.join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const tar = path.join(layout, 'layer.tar');
  say('tar', ['--numeric-owner', '--one-file-system', '--exclude=./dev/*', '-C', root, '-cf', tar, '.']);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(tar)) {
    if (!(chunk instanceof Uint8Array)) throw new Error('a stream of bytes yields bytes');
    hash.update(chunk);
    size += chunk.length;
  }
  const digest = hash.digest('hex');
  renameSync(tar, path.join(blobs, digest));
  const put = (mediaType: string, value: unknown): Descriptor => {
    const text = JSON.stringify(value);
    const hex = createHash('sha256').update(text).digest('hex');
    writeFileSync(path.join(blobs, hex), text);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
  };
  const oci = 'application/vnd.oci.image';
  const config = put(`${oci}.config.v1+json`, {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  });
  const layers = [{ mediaType: `${oci}.layer.v1.tar`, digest: `sha256:${digest}`, size }];
  const mediaType = `${oci}.manifest.v1+json`;
  const manifest = put(mediaType, { schemaVersion: 2, mediaType, config, layers });
  writeFileSync(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(path.join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** rpm’s database as Berkeley DB, made by Debian’s `db_load` from the very headers, which Debian’s rpm reads back. */
export function rpmAsBdb(root: string): { readonly bytes: Buffer; readonly said: string } {
  const dump = within(
    root,
    `python3 - <<'END'
import sqlite3, struct
rows = sqlite3.connect('/var/lib/rpm/rpmdb.sqlite').execute('select hnum, blob from Packages').fetchall()
print('VERSION=3\\nformat=bytevalue\\ntype=hash\\ndb_pagesize=4096\\nHEADER=END')
for number, blob in [(0, struct.pack('<I', len(rows)))] + rows:
    print(' ' + struct.pack('<I', number).hex() + '\\n ' + blob.hex())
print('DATA=END')
END`,
  );
  const said = within(
    root,
    `mkdir /bdb; db_load /bdb/Packages; rpm -qa --define '_db_backend bdb_ro' --dbpath /bdb --qf '${rpmFormat}'`,
    dump,
  );
  return { bytes: readFileSync(path.join(root, 'bdb/Packages')), said };
}

export const rpmFormat = String.raw`%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{SIZE} %{LICENSE}\n`;
