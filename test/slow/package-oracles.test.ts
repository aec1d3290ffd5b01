import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { packageListSchema } from '../../src/model/package-list-document.ts';
import { startCommandLine } from '../support/command-line.ts';
import { bootstrap, furnish, layoutOf, rpmAsBdb, rpmFormat, say, within } from '../support/oracle-image.ts';
import { requirePeer } from '../support/peers.ts';
import { readFacts } from '../support/read-facts.ts';

type Found = readonly (typeof packageListSchema)['_output']['platforms'][number]['packages'][number][];

const field = (name: string): string => `\${${name}}`;
const dpkgFormat = `${['db:Status-Status', 'Package', 'Version', 'Architecture', 'Installed-Size'].map(field).join(' ')}\\n`;

/** What the package managers say of the same files, one text an entry, sorted. */
const oracles: Readonly<Record<string, (root: string, found: Found) => Compared>> = {
  dpkg: (root, found) => ({
    theirs: linesOf(within(root, `dpkg-query -W -f '${dpkgFormat}'`))
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
    ours: found
      .filter(({ ecosystem }) => ecosystem === 'deb')
      .map(
        ({ name, version, architecture, size = 0 }) => `${name} ${version} ${architecture} ${size / 1024}`,
      ),
  }),
  rpm: (root, found) => ({
    theirs: linesOf(within(root, `rpm -qa --qf '${rpmFormat}'`)),
    ours: found.filter(({ ecosystem }) => ecosystem === 'rpm').map(rpmLine),
  }),
  pip: (root, found) => ({
    theirs: linesOf(within(root, 'pip3 list --format=freeze 2>/dev/null')).map((line) =>
      line.replace('==', ' '),
    ),
    ours: found
      // Where Debian’s Python looks; setuptools carries copies of others for itself.
      .filter(
        ({ ecosystem, place }) =>
          ecosystem === 'pypi' && /^usr\/lib\/python3\/dist-packages\/[^/]+(?:\/[^/]+)?$/u.test(place),
      )
      .map(({ name, version }) => `${name} ${version}`),
  }),
  gem: (root, found) => ({
    theirs: linesOf(within(root, 'gem list --quiet')).flatMap((line) => {
      const [, name = '', versions = ''] = /^(\S+) \((.*)\)$/u.exec(line) ?? [];
      return versions
        .split(', ')
        .map((version) => `${name} ${version.replace(/^default: /u, '').replace(/ .*$/u, '')}`);
    }),
    // Debian installs some in two places, and `gem list` merges them.
    ours: [
      ...new Set(
        found.filter(({ ecosystem }) => ecosystem === 'gem').map(({ name, version }) => `${name} ${version}`),
      ),
    ],
  }),
  npm: (root, found) => ({
    theirs: linesOf(say('npm', ['ls', '--all', '--parseable', '--long', '--prefix', path.join(root, 'app')]))
      .map((line) => line.split(':'))
      .map(([place = '', name = '']) => `${path.relative(root, place)} ${name}`)
      .filter((line) => line.includes('node_modules/')),
    ours: found
      .filter(({ ecosystem, place }) => ecosystem === 'npm' && place.startsWith('app/'))
      .map(({ place, name, version }) => `${path.dirname(place)} ${name}@${version}`),
  }),
  go: (root, found) => ({
    theirs: goModules(root, ['usr', 'app']),
    ours: found
      .filter(({ ecosystem }) => ecosystem === 'golang')
      .map(({ place, name, version }) => `${place} ${name} ${version}`),
  }),
  jars: (root, found) => ({
    theirs: linesOf(within(root, jarScript)),
    ours: found
      .filter(({ ecosystem, name }) => ecosystem === 'maven' && name.includes(':'))
      .map(({ place, name, version }) => `/${place} ${name} ${version}`),
  }),
};

interface Compared {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

const jarScript = `python3 - <<'END'
import os, zipfile
for folder, _, names in os.walk('/usr/share'):
    for path in (os.path.join(folder, name) for name in names if name.endswith('.jar')):
        if os.path.islink(path): continue
        archive = zipfile.ZipFile(path)
        for member in archive.namelist():
            if member.startswith('META-INF/maven/') and member.endswith('/pom.properties'):
                text = archive.read(member).decode()
                values = dict(line.strip().split('=', 1) for line in text.splitlines() if '=' in line)
                print(path, values['groupId'] + ':' + values['artifactId'], values['version'])
END`;

/** Of every program that Go finds below these folders. */
function goModules(root: string, folders: readonly string[]): readonly string[] {
  let place = '';
  // Go follows links to programs.
  const isLink = (): boolean => lstatSync(path.join(root, place)).isSymbolicLink();
  return linesOf(say('go', ['version', '-m', ...folders.map((folder) => path.join(root, folder))])).flatMap(
    (line) => {
      if (!line.startsWith('\t')) {
        const colon = line.lastIndexOf(': ');
        place = path.relative(root, line.slice(0, colon));
        const version = line.slice(colon + 2);
        return isLink() || isOlder(version) ? [] : [`${place} stdlib ${version}`];
      }
      const [kind, name, version = ''] = line.trim().split('\t');
      return !isLink() && (kind === 'mod' || kind === 'dep') ? [`${place} ${name} ${version}`] : [];
    },
  );
}

/** We say that we do not read it. */
function isOlder(version: string): boolean {
  return /^go1\.1[0-7](?:\.|$)/u.test(version);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function rpmLine({ name, version, architecture, size, licence }: Omit<Found[number], 'purl'>): string {
  return `${name} ${version.includes(':') ? version : `0:${version}`} ${architecture} ${size} ${licence}`;
}

async function listed(layout: string, folder: string): Promise<Found> {
  const started = startCommandLine(['packages', `oci:${layout}`, '--json', '--quiet'], {
    cwd: folder,
    env: { XDG_CACHE_HOME: path.join(folder, 'cache') },
  });
  const { status, stdout, stderr } = await started.ended;
  assert.equal(status, 0, stderr);
  const { platforms } = packageListSchema.parse(JSON.parse(stdout));
  assert.deepEqual(platforms[0]?.findings, [
    'app/node_modules/esbuild-linux-64/bin/esbuild: Go before 1.18 linked it: which version is not read',
  ]);
  return platforms[0]?.packages ?? [];
}

async function compare(release: string, t: TestContext): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-oracles-'));
  try {
    const root = path.join(folder, 'root');
    bootstrap(release, root);
    furnish(root);
    await layoutOf(root, path.join(folder, 'layout'));
    const found = await listed(path.join(folder, 'layout'), folder);
    for (const [name, oracle] of Object.entries(oracles)) {
      const { ours, theirs } = oracle(root, found);
      assert.ok(theirs.length > 0, name);
      assert.deepEqual(ours.toSorted(), theirs.toSorted(), name);
      t.diagnostic(`${release}: ${name} and we name the same ${theirs.length} entries`);
    }
    const { bytes, said } = rpmAsBdb(root);
    const facts = readFacts('var/lib/rpm/Packages', bytes);
    assert.deepEqual(facts.packages.map(rpmLine).toSorted(), linesOf(said).toSorted());
    assert.deepEqual(
      facts.owns.flatMap(({ paths }) => paths.map((each) => `/${each}`)).toSorted(),
      linesOf(within(root, 'rpm -qal')).toSorted(),
    );
    t.diagnostic(`${release}: rpm reads the same ${facts.packages.length} packages from Berkeley DB`);
  } finally {
    if (readdirSync(folder).length > 0) rmSync(folder, { recursive: true, force: true });
  }
}

for (const release of ['bookworm', 'trixie']) {
  test(`${release}: package managers and we name the same packages, entry by entry`, async (t) => {
    if (!requirePeer('mmdebstrap', t) || !requirePeer('npm', t) || !requirePeer('go', t)) return;
    await compare(release, t);
  });
}
