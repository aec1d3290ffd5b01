import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { FailureCode } from '../../src/base/failure.ts';
import { failureOfRun, reportOfRun, runCommandLine, type Ended } from '../support/command-line.ts';
import { sharedGround } from '../support/gate-ground.ts';

const ground = sharedGround();

const good = '<testsuite><testcase name="a"/></testsuite>';
const bomb = [
  '<!DOCTYPE lolz [<!ENTITY a0 "lol">',
  ...Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`),
  ']><testsuite><testcase name="&a9;"/></testsuite>',
].join('');
const thief =
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&e;"/></testsuite>';

interface Fault {
  readonly name: string;
  /** What the candidate leaves instead of a sound out/a.xml: lines of shell. */
  readonly leaves: string;
  /** Why the run counts for nothing. */
  readonly says: RegExp;
}

const many = (what: string): string =>
  `(echo "<testsuite>"; yes '${what}' | head -n 300000; echo "</testsuite>") > out/a.xml`;

const faults: readonly Fault[] = [
  {
    name: 'broken XML',
    leaves: `echo '<testsuite><testcase name="a"></testsuite>' > out/a.xml`,
    says: /a\.xml:1:42 .*not XML/,
  },
  { name: 'no XML', leaves: 'echo hello > out/a.xml', says: /a\.xml:2:1 .*not XML/ },
  { name: 'an empty file', leaves: ': > out/a.xml', says: /a\.xml ends in the middle/ },
  {
    name: 'truncated XML',
    leaves: `printf '<testsuite><testcase name="a"/><testc' > out/a.xml`,
    says: /a\.xml ends in the middle/,
  },
  {
    name: 'enormous XML',
    // A gigabyte.
    leaves: 'dd if=/dev/zero of=out/a.xml bs=1048576 seek=1023 count=1',
    says: /"a\.xml" is larger than 268435456 bytes/,
  },
  {
    name: 'XML of more tests than anybody has',
    leaves: many('<testcase name="a"/>'),
    says: /more than 250000 tests/,
  },
  {
    name: 'XML nested without end',
    leaves: "yes '<testsuite>' | head -n 100000 > out/a.xml",
    says: /nested more than 64 deep/,
  },
  { name: 'an entity bomb', leaves: `echo '${bomb}' > out/a.xml`, says: /declares a document type/ },
  {
    name: 'an entity that stands for a file',
    leaves: `echo '${thief}' > out/a.xml`,
    says: /declares a document type/,
  },
  {
    name: 'a link in the place of a result',
    leaves: 'ln -s /etc/passwd out/a.xml',
    says: /"a\.xml" is a symbolic link to "\/etc\/passwd"/,
  },
  { name: 'a pipe in the place of a result', leaves: 'mkfifo out/a.xml', says: /"a\.xml" is a named pipe/ },
  {
    name: 'results outside of the place',
    leaves: `echo '${good}' > /tmp/a.xml; echo '${good}' > a.xml`,
    says: /no file "out\/\*\.xml" was left/,
  },
];

suite('a candidate whose suite leaves', { concurrency: 3 }, () => {
  for (const { name, leaves, says } of faults) {
    test(`${name} is rejected with the reason, and its name stays`, async (t) => {
      const here = await ground.open(t);
      if (here === undefined) return;
      const line = `mkdir -p out; if [ "$(cat /etc/side)" = candidate ]; then ${leaves}; else echo '${good}' > out/a.xml; fi`;
      const project = await here.project({
        // A list of words: there is nothing to be said of no-ops here.
        suite: {
          command: ['sh', '-c', line],
          source: false,
          results: { format: 'junit', files: 'out/*.xml' },
        },
        gate: { errors: 1 },
      });
      const standing = await here.digestOf('team/ci', 'latest');
      const ended = await project.run(['gate', '--bundle', 'bundle', '--json']);
      const report = reportOfRun(ended);
      assert.equal(report.verdict.kind, 'reject: regression', report.verdict.sentence);
      assert.match(report.verdict.sentence, says);
      const trial = report.suites[0]?.trials.findLast(({ side }) => side === 'candidate');
      assert.match(trial?.broken ?? '', says);
      assert.doesNotMatch(ended.stdout, /root:x:0:0:root/, 'nothing of another file');
      await project.assertNothingLeft();
      assert.equal(await here.digestOf('team/ci', 'latest'), standing);
    });
  }

  test('a link to a folder of this machine for its results gets nothing from there', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const folder = await resultsFolder(t);
    const project = await here.project({
      suite: {
        command: ['ln', '-s', folder, 'out'],
        source: false,
        results: { format: 'junit', files: 'out/*.xml' },
      },
      gate: { errors: 1 },
    });
    const report = reportOfRun(await project.run(['gate', '--bundle', 'bundle', '--json']));
    assert.equal(report.verdict.kind, 'hold: infrastructure', report.verdict.sentence);
    const trials = report.suites[0]?.trials.filter(({ step }) => step !== 'preflight') ?? [];
    assert.ok(trials.length >= 2);
    for (const { counts, broken } of trials) {
      assert.equal(counts.passed, 0);
      assert.match(broken ?? '', /no file|link/);
    }
    await project.assertNothingLeft();
  });
});

async function resultsFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-results-'));
  t.after(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
  await write('good.xml', good);
  await write('text.xml', 'hello\n');
  await write('cut.xml', good.slice(0, 30));
  await write('bomb.xml', bomb);
  await write('thief.xml', thief);
  await symlink('/etc/passwd', path.join(folder, 'link.xml'));
  await mkdir(path.join(folder, 'empty'));
  await using large = await open(path.join(folder, 'large.xml'), 'w');
  await large.truncate(2 ** 30);
  return folder;
}

const judge = (folder: string, ...words: readonly string[]): Promise<Ended> =>
  runCommandLine(['judge', ...words, '--json'], { cwd: folder });

suite('judge', { concurrency: 2 }, () => {
  test('refuses what is no result file, by name', async (t) => {
    const folder = await resultsFolder(t);
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM debian:12\n');
    const before = await readdir(folder, { recursive: true });
    const refused: readonly (readonly [string, FailureCode, RegExp])[] = [
      ['gone.xml', 'path-missing', /gone\.xml/],
      ['link.xml', 'path-refused', /link\.xml/],
      ['empty', 'results-missing', /empty holds no result file/],
      ['large.xml', 'results-too-large', /large\.xml holds 1073741824 bytes; at most 268435456/],
    ];
    for (const [name, code, says] of refused) {
      assert.match(failureOfRun(await judge(folder, 'good.xml', name), code).message, says);
    }
    // Of a baseline it says nothing about the candidate: a mistake, and no rejection.
    for (const [baseline, says] of [
      ['empty', /of the baseline cannot be read: .*empty holds no result file/],
      ['Dockerfile', /of the baseline cannot be read: .*Dockerfile/],
    ] as const) {
      const ended = await judge(folder, baseline, 'good.xml');
      assert.match(failureOfRun(ended, 'path-refused').message, says);
      assert.equal(ended.status, 2);
    }
    assert.deepEqual(await readdir(folder, { recursive: true }), before);
  });

  test('never promotes over a candidate’s results that cannot be read, and says why', async (t) => {
    const folder = await resultsFolder(t);
    for (const [name, says] of [
      ['text.xml', /text\.xml:2:1 .*not XML/],
      ['cut.xml', /cut\.xml ends in the middle/],
      ['bomb.xml', /bomb\.xml:1:\d+ .*document type/],
      ['thief.xml', /thief\.xml:1:\d+ .*document type/],
    ] as const) {
      const ended = await judge(folder, 'good.xml', name);
      const report = reportOfRun(ended);
      assert.ok(ended.status === 3 || ended.status === 4, `${name}: ${ended.status}`);
      assert.match(report.suites[0]?.trials.find(({ side }) => side === 'candidate')?.broken ?? '', says);
      assert.doesNotMatch(ended.stdout, /root:x:0:0:root/);
    }
  });

  test('tells tests of hostile names and broken bytes apart, and lets none of that through to a reader', async (t) => {
    const folder = await resultsFolder(t);
    const names = [
      '\u001b]0;owned\u0007\u001b[2J',
      '<img src=x onerror=alert(1)>',
      '::error::owned',
      '[x](javascript:alert(1))',
    ];
    // TAP takes any byte in a name; 0xff is none of UTF-8.
    const tap = (word: string): Buffer =>
      Buffer.concat([
        Buffer.from(`1..${names.length + 2}\nok 1 - sound\n`),
        ...names.map((name, index) => Buffer.from(`${word} ${index + 2} - ${name}\n`)),
        Buffer.concat([
          Buffer.from(`${word} ${names.length + 2} - `),
          Buffer.from([0xff, 0xfe]),
          Buffer.from('\n'),
        ]),
      ]);
    await writeFile(path.join(folder, 'old.tap'), tap('ok'));
    await writeFile(path.join(folder, 'new.tap'), tap('not ok'));
    const files = ['page.html', 'text.md', 'cases.xml', 'all.json'];
    const words = ['judge', 'old.tap', 'new.tap', ...files.flatMap((file) => ['--report', file])];
    const ended = await runCommandLine(words, { cwd: folder });
    assert.equal(ended.status, 4, ended.stderr);
    assert.match(ended.stdout, /5 regressions are unconfirmed/);
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    for (const text of [ended.stdout, ended.stderr, ...texts])
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|^::error/m);
    const [html = '', markdown = '', xml = ''] = texts;
    // Between backticks Markdown shows what is there.
    const rendered = markdown.replaceAll(/`[^`]*`/g, '');
    for (const text of [html, rendered, xml]) assert.doesNotMatch(text, /<img src=x/);
    assert.doesNotMatch(rendered, /\[x\]\(javascript/);
  });

  test('says its verdict, and which report it cannot write, and writes no half of one', async (t) => {
    const folder = await resultsFolder(t);
    const before = await readdir(folder);
    const ended = await judge(folder, 'good.xml', 'good.xml', '--report', 'text.xml/page.html');
    assert.equal(reportOfRun(ended).exit, 0);
    assert.match(ended.stderr, /error\[path-refused\] .*text\.xml\/page\.html/);
    assert.deepEqual(await readdir(folder), before);
  });
});
