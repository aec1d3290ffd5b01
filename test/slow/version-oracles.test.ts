import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import type { Ecosystem } from '../../src/model/package.ts';
import { compareVersions } from '../../src/stages/examine/versions/compare-versions.ts';
import { say } from '../support/oracle-image.ts';
import { requirePeer, type Peer } from '../support/peers.ts';
import { orderedVersions } from '../support/ordered-versions.ts';

/**
 * Programs that know the order. Each reads pairs from a file, one a line with a space between, and prints -1, 0 or 1
 * for each, or `none` where it takes one of them for no version.
 */
const oracles: Readonly<Partial<Record<Ecosystem, readonly [string, ...string[]]>>> = {
  deb: [
    'sh',
    '-c',
    'while read -r a b; do if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then echo -1; elif dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then echo 0; else echo 1; fi; done <"$0"',
  ],
  rpm: [
    'sh',
    '-c',
    `rpm --eval "%{lua: for line in io.lines('$0') do local a, b = line:match('(%S+) (%S+)') print(rpm.ver(a) < rpm.ver(b) and -1 or rpm.ver(a) == rpm.ver(b) and 0 or 1, '\\\\n') end}" | tr -d ' \\t' | grep .`,
  ],
  pypi: [
    '/usr/bin/python3',
    '-c',
    'import sys\nfrom packaging.version import Version, InvalidVersion\nfor line in open(sys.argv[1]):\n  try:\n    a, b = map(Version, line.split())\n    print((a > b) - (a < b))\n  except InvalidVersion: print("none")',
  ],
  gem: [
    'ruby',
    '-e',
    'File.foreach(ARGV[0]) { |line| a, b = line.split; puts [a, b].all? { |v| Gem::Version.correct?(v) } ? Gem::Version.new(a) <=> Gem::Version.new(b) : "none" }',
  ],
  npm: [
    'node',
    '-e',
    'const s = require(require("path").dirname(process.argv[1]) + "/node_modules/semver"); for (const line of require("fs").readFileSync(process.argv[1], "utf8").trim().split("\\n")) { const [a, b] = line.split(" "); console.log(s.valid(a) && s.valid(b) ? s.compare(a, b) : "none"); }',
  ],
};

const digits = fc.oneof(
  { weight: 4, arbitrary: fc.nat(20).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('007', '10', '99999999999999999999') },
);
const dotted = fc.array(digits, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), part);
const word = fc.constantFrom('a', 'b', 'rc', 'alpha', 'beta', 'pre', 'dev', 'git', 'p', 'z');

/** Texts that follow the grammar of each, and lean on its corners. */
const grammars: Readonly<Partial<Record<Ecosystem, fc.Arbitrary<string>>>> = {
  deb: join(
    maybe(fc.constantFrom('0:', '1:', '2:')),
    dotted,
    maybe(join(fc.constantFrom('~', '+', '.', '~~', ''), word, maybe(digits))),
    maybe(
      join(fc.constant('-'), digits, maybe(fc.constantFrom('+b1', '~bpo12+1', '+deb12u2', 'ubuntu1', '.1'))),
    ),
  ),
  rpm: join(
    maybe(fc.constantFrom('0:', '1:', '2:')),
    dotted,
    maybe(join(fc.constantFrom('~', '^', '.', '_', '+', '', '~^', '^~'), word, maybe(digits))),
    join(fc.constant('-'), digits, maybe(fc.constantFrom('.el9', '.fc40', '.el9_1', '~1', '^2'))),
  ),
  pypi: join(
    maybe(fc.constantFrom('1!', '2!')),
    dotted,
    maybe(
      join(
        fc.constantFrom('', '.', '-', '_'),
        fc.constantFrom('a', 'b', 'rc', 'c', 'alpha', 'Beta', 'preview'),
        maybe(digits),
      ),
    ),
    maybe(join(fc.constantFrom('.post', '-', '-r', 'rev'), fc.nat(9).map(String))),
    maybe(join(fc.constantFrom('.dev', '-dev', 'dev'), maybe(digits))),
    maybe(join(fc.constant('+'), fc.constantFrom('abc', '1', 'abc.5', '5.abc', 'x_y'))),
  ),
  gem: join(
    dotted,
    maybe(join(fc.constantFrom('.', '-', ''), word, maybe(join(fc.constantFrom('.', ''), digits)))),
  ),
  npm: join(
    fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)).map((three) => three.join('.')),
    maybe(
      join(
        fc.constant('-'),
        fc
          .array(fc.oneof(word, fc.nat(20).map(String), fc.constantFrom('rc1', 'x-y')), {
            minLength: 1,
            maxLength: 3,
          })
          .map((all) => all.join('.')),
      ),
    ),
    maybe(fc.constant('+build.5')),
  ),
};

/** All pairs of each line, and as many that were made up. */
function pairsFor(ecosystem: Ecosystem, made: fc.Arbitrary<string>): readonly (readonly [string, string])[] {
  const lines = orderedVersions[ecosystem] ?? [];
  const written = lines.flatMap((line) => {
    const all = line.split(/[ =]/u);
    return all.flatMap((left) => all.map((right) => [left, right] as const));
  });
  return [...written, ...fc.sample(fc.tuple(made, made), { numRuns: 3_000, seed: 6 })];
}

function peerOf(name: string): Peer {
  const peers: Readonly<Record<string, Peer>> = { deb: 'dpkg', rpm: 'rpm', pypi: 'packaging', gem: 'ruby' };
  return peers[name] ?? 'npm';
}

for (const [name, [program, ...words]] of Object.entries(oracles)) {
  test(`${name}: its own program orders thousands of pairs of versions as we do`, (t: TestContext) => {
    if (!requirePeer(peerOf(name), t)) return;
    const ecosystem = name === 'deb' || name === 'rpm' || name === 'pypi' || name === 'gem' ? name : 'npm';
    const made = grammars[ecosystem];
    assert.ok(made !== undefined);
    const pairs = pairsFor(ecosystem, made);
    const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-versions-'));
    try {
      const file = path.join(folder, 'pairs');
      writeFileSync(file, `${pairs.map((pair) => pair.join(' ')).join('\n')}\n`);
      if (ecosystem === 'npm')
        say('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'semver@7.6.3']);
      const { stdout, stderr } = spawnSync(program, [...words, file], {
        encoding: 'utf8',
        maxBuffer: 2 ** 24,
      });
      const said = stdout.trim().split('\n');
      assert.equal(said.length, pairs.length, stderr.slice(-1_000));
      const judged = pairs
        .map((pair, index) => ({ pair, said: said[index] ?? '' }))
        .filter((each) => each.said !== 'none');
      assert.ok(judged.length > 1_000);
      const wrong = judged.filter(
        ({ pair: [left, right], said: theirs }) =>
          Math.sign(compareVersions(ecosystem, left, right)) !== Math.sign(Number(theirs)),
      );
      assert.deepEqual(wrong.slice(0, 10), []);
      t.diagnostic(`${name}: ${judged.length} pairs of versions in the same order`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
