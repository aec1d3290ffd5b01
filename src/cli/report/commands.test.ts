import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { findingKinds } from '../../model/finding.ts';
import { matchesGlob } from '../../model/glob.ts';
import { runItself } from '../../model/observation.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { tryCommand } from '../commands/try.ts';
import { waiveCommand } from '../commands/waive.ts';
import { parseInput } from '../parse.ts';
import { reproduceCommand, waiveProposal, waiveText } from './commands.ts';
import { reportDocument } from './document.ts';

/** The words that a shell makes of a line. */
function wordsOf(line: string): readonly string[] {
  const shell = `set -- ${line}\nfor word; do printf '%s\\0' "$word"; done`;
  return execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const unit = { image: 'ci', suite: 'unit', platform: 'linux/amd64' };
const origin = { kind: 'bundle', path: 'out/bundle' } as const;
const regressed = (name: string) => ({ test: name, kind: 'regressed' }) as const;

test('the command names one test in the words of a shell, whatever the test is called', () => {
  const tests = [
    'api.test_login › test_expired_token',
    `it's "quoted" $(rm -rf /) \`id\` \\ ! * ~ #1 & ; | > <`,
    '-rf',
    'a  b',
    'naïve 日本語',
  ];
  for (const name of tests) {
    const line = reproduceCommand({ origin, unit, units: [unit], finding: regressed(name) }) ?? '';
    const [program, command, ...words] = wordsOf(line);
    assert.deepEqual([program, command], ['lockkeeper', 'try']);
    const input = parseInput(tryCommand, words);
    assert.deepEqual(input.arguments, ['out/bundle']);
    assert.deepEqual([input.value('--image'), input.value('--suite')], ['ci', 'unit']);
    assert.deepEqual(input.values('--test'), name.startsWith('-') ? [] : [name]);
  }
});

test('a name that cannot be shown as it is leads to the whole suite, and a bundle of that kind to nothing', () => {
  const whole = 'lockkeeper try out/bundle --image ci --suite unit';
  for (const name of [
    'a\nb',
    'a\u001b[2Jb',
    'a\u202eb',
    '::add-mask::x',
    'x'.repeat(10_000),
    '',
    runItself,
  ]) {
    assert.equal(reproduceCommand({ origin, unit, units: [unit], finding: regressed(name) }), whole);
  }
  const finding = regressed('works');
  for (const path of ['a\nb', '-rf'])
    assert.equal(
      reproduceCommand({ origin: { kind: 'bundle', path }, unit, units: [unit], finding }),
      undefined,
    );
  const results = { kind: 'results' } as const;
  assert.equal(reproduceCommand({ origin: results, unit, units: [unit], finding }), undefined);
});

test('lost tests are looked for in the whole suite, and the platform is named where there are several', () => {
  const arm = { ...unit, platform: 'linux/arm64' };
  assert.equal(
    reproduceCommand({
      origin,
      unit: arm,
      units: [unit, arm],
      finding: { test: 'gone', kind: 'lost-coverage' },
    }),
    'lockkeeper try out/bundle --image ci --suite unit --platform linux/arm64',
  );
});

const document = (name: SampleName): ReportDocument => reportDocument(sampleReports[name]());

test('a waiver is proposed where it turns the verdict, for one test and no other', () => {
  const proposal = waiveProposal(document('regressed'));
  assert.ok(proposal);
  const [, , ...words] = wordsOf(proposal.command);
  const input = parseInput(waiveCommand, words);
  const [pattern = ''] = input.arguments;
  assert.ok(
    matchesGlob(pattern, 'tests/test_tls.py › tests.test_tls.TestHandshake › test_negotiates_tls_1_1'),
  );
  assert.equal(input.value('--candidate'), document('regressed').members[0]?.candidate);
  assert.equal(proposal.others, 2);
  assert.match(waiveText(proposal), /2 more findings block/);
});

test('what a name holds of a glob matches itself alone', () => {
  const report = document('regressed');
  const [suite] = report.suites;
  const [finding] = suite?.findings ?? [];
  assert.ok(suite && finding);
  const odd = 'test_x{a,b}*[1-2]?\\d';
  const one = { ...report, suites: [{ ...suite, findings: [{ ...finding, test: odd }] }] };
  const proposal = waiveProposal(one);
  assert.equal(proposal?.others, 0);
  const [, , pattern = ''] = wordsOf(proposal?.command ?? '');
  assert.ok(matchesGlob(pattern, odd));
  for (const other of ['test_xa*[1-2]?\\d', 'test_x{a,b}zz[1-2]?\\d', 'test_x{a,b}*[1-2]x\\d'])
    assert.ok(!matchesGlob(pattern, other), other);
});

test('no waiver is proposed where none counts', () => {
  for (const name of ['promoted', 'rejected', 'held', 'results', 'broken'] as const)
    assert.equal(waiveProposal(document(name)), undefined, name);
  const report = document('regressed');
  for (const kind of findingKinds.filter((each) => /sentinel|must-pass|cannot-start/.test(each))) {
    const suites = report.suites.map((suite) => ({
      ...suite,
      findings: suite.findings.map((finding, index) => (index === 0 ? { ...finding, kind } : finding)),
    }));
    assert.equal(waiveProposal({ ...report, suites }), undefined, kind);
  }
});
