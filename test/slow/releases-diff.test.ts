import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { changeSchema } from '../../src/model/change-document.ts';
import { runCommandLine } from '../support/command-line.ts';
import { layoutOf, say, within } from '../support/oracle-image.ts';
import { requirePeer } from '../support/peers.ts';

/** Version by `name architecture`, as dpkg says it of its own file system. */
function installedIn(root: string): ReadonlyMap<string, string> {
  const field = (name: string): string => `\${${name}}`;
  const format = ['db:Status-Status', 'Package', 'Architecture', 'Version'].map(field).join(' ');
  const lines = within(root, `dpkg-query -W -f '${format}\\n'`).split('\n');
  return new Map(
    lines
      .map((line) => line.split(' '))
      .filter(([status]) => status === 'installed')
      .map(([, name = '', architecture = '', version = '']) => [`${name} ${architecture}`, version]),
  );
}

function isNewer(version: string, than: string): boolean {
  return spawnSync('dpkg', ['--compare-versions', version, 'gt', than]).status === 0;
}

/** `kind name architecture from to`, by dpkg alone. */
function expected(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from === to) return [];
    const kind =
      from === undefined ? 'added' : to === undefined ? 'removed' : isNewer(to, from) ? 'up' : 'down';
    return [`${kind} ${key} ${from ?? '-'} ${to ?? '-'}`];
  });
}

test('bookworm and trixie: diff names the packages that dpkg names, with both versions, and says which went up', async (t) => {
  if (!requirePeer('mmdebstrap', t)) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-releases-'));
  try {
    const installed = [];
    for (const release of ['bookworm', 'trixie']) {
      const root = path.join(folder, release);
      say('mmdebstrap', ['--variant=minbase', '--mode=root', '--include=python3-minimal', release, root]);
      await layoutOf(root, path.join(folder, `${release}.oci`));
      installed.push(installedIn(root));
    }
    const [before = new Map(), after = new Map()] = installed;
    const images = ['bookworm', 'trixie'].map((release) => `oci:${path.join(folder, `${release}.oci`)}`);
    const { status, stdout, stderr } = await runCommandLine(['diff', ...images, '--json'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: path.join(folder, 'cache') },
    });
    assert.equal(status, 0, stderr);
    const [platform] = changeSchema.parse(JSON.parse(stdout)).platforms;
    const found = (platform?.packages ?? [])
      .filter(({ ecosystem }) => ecosystem === 'deb')
      .map(
        ({ kind, name, architecture = '', from = '-', to = '-' }) =>
          `${kind} ${name} ${architecture} ${from} ${to}`,
      );
    assert.ok(found.length > 50);
    assert.deepEqual(found.toSorted(), expected(before, after).toSorted());
    assert.deepEqual(platform?.findings, []);
    t.diagnostic(`${found.length} packages changed, of ${before.size} and ${after.size}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
