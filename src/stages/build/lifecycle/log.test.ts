import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../base/limits.ts';
import type { LifecycleSaid } from '../../../model/lifecycle.ts';
import type { TrialEnd } from '../../../model/trial.ts';
import { describeLifecycleEnd, lifecycleEnd } from './end.ts';
import { LifecycleLog } from './log.ts';
import { saidVersions } from './said-version.ts';

function read(text: string): LifecycleSaid {
  const log = new LifecycleLog(() => undefined);
  log.add(Buffer.from(text));
  return log.end();
}

const detected = `===> ANALYZING
===> DETECTING
======== Output: heroku/go@0.3.0 ========
no go.mod
======== Results ========
fail: heroku/go@0.3.0
pass: heroku/python@0.26.1
Resolving plan... (try #1)
1 of 2 buildpacks participating
heroku/python   0.26.1
===> RESTORING
`;

const python = (lines: string, version = '0.26.1'): LifecycleSaid =>
  read(`${detected}===> BUILDING\nRunning build for buildpack heroku/python@${version}\n${lines}`);

const exited = (status: number): TrialEnd => ({ kind: 'exited', status });

const sentence = (status: number, said: LifecycleSaid, api = '0.12'): string =>
  describeLifecycleEnd(lifecycleEnd(exited(status), said, api), said);

test('a log tells the group, and what each buildpack of it said', () => {
  const said = python(
    '[Determining Python version]\n\u001B[31mred\u001B[0m\nFinished running build for buildpack heroku/python@0.26.1\nProcessing layers\n===> EXPORTING\n',
  );
  assert.deepEqual(said.group, [{ id: 'heroku/python', version: '0.26.1' }]);
  assert.deepEqual(
    said.said.map(({ buildpack, phase, lines }) => [buildpack.id, phase, lines]),
    [
      ['heroku/go', 'detect', ['no go.mod']],
      ['heroku/python', 'build', ['[Determining Python version]', 'red']],
    ],
  );
  assert.equal(said.phase, 'export');
});

test('the sentence about a build that failed names the buildpack, and what it said', () => {
  const said = python(
    '[Determining Python version]\n\n[Error: Requested Python version is not recognised]\nPython 3.14 is not recognised.\nCheck it.\nERROR: failed to build: exit status 1\n',
  );
  assert.equal(
    sentence(51, said),
    'the build of heroku/python 0.26.1 failed: [Error: Requested Python version is not recognised] Python 3.14 is not recognised.',
  );
  assert.equal(sentence(7, said, '0.4'), sentence(51, said));
});

test('each exit status of creator has its meaning, and the two of old lifecycles have it by the API only', () => {
  const nothing = read('===> ANALYZING\nERROR: no such host\n');
  const kinds = (api: string, statuses: readonly number[]): readonly string[] =>
    statuses.map((status) => lifecycleEnd(exited(status), nothing, api).kind);
  const statuses = [0, 1, 6, 7, 11, 12, 20, 21, 22, 32, 51, 52, 62];
  assert.deepEqual(kinds('0.12', statuses), [
    ...['done', 'failed', 'failed', 'failed', 'api-refused', 'api-refused', 'no-group', 'detect-failed'],
    ...['failed', 'failed', 'build-failed', 'failed', 'export-failed'],
  ]);
  assert.deepEqual(kinds('0.5', [6, 7, 20, 21]), ['no-group', 'build-failed', 'failed', 'failed']);
  assert.equal(
    sentence(32, nothing),
    'the lifecycle ended with status 32 in the phase analyze: no such host',
  );
  assert.equal(sentence(62, nothing), 'the image could not be exported: no such host');
});

test('detection that broke names the buildpack, its status and its last words', () => {
  const said = read(
    '===> DETECTING\n======== Output: acme/broken@1 ========\nTraceback\nKeyError: x\nerr:  acme/broken@1 (1)\nERROR: failed to detect: buildpack(s) failed with err\n',
  );
  assert.equal(sentence(21, said), 'the detection of acme/broken 1 broke with status 1: KeyError: x');
  assert.equal(lifecycleEnd(exited(6), said, '0.5').kind, 'detect-failed');
});

test('a container that was stopped is no answer of the lifecycle', () => {
  const ends: readonly TrialEnd[] = [
    { kind: 'timed-out', afterMs: 300_000 },
    { kind: 'out-of-memory', bytesMax: 1 },
    { kind: 'out-of-disk', bytesMax: 1 },
    { kind: 'not-started', message: 'no such file' },
    { kind: 'engine-error', message: 'gone' },
  ];
  const said = read('');
  assert.deepEqual(
    ends.map((end) => describeLifecycleEnd(lifecycleEnd(end, said, '0.12'), said)),
    [
      'the build was stopped after 300 s',
      'the build used up its memory of 1 bytes',
      'the build used up its disk space of 1 bytes',
      'the lifecycle could not be started: no such file',
      'the engine broke: gone',
    ],
  );
});

test('a buildpack that talks without end, in lines without end, takes bounded memory', () => {
  const log = new LifecycleLog(() => undefined);
  log.add(Buffer.from('===> BUILDING\nRunning build for buildpack acme/loud@1\n'));
  for (let at = 0; at < 5_000; at += 1) log.add(Buffer.from(`${at} ${'x'.repeat(5_000)}\n`));
  const [loud] = log.end().said;
  assert.equal(loud?.lines.length, limits.saidHeadLinesMax + limits.saidTailLinesMax);
  assert.ok(loud.lines.every((line) => line.length <= limits.saidLineCharsMax));
  assert.match(loud.lines.at(-1) ?? '', /^4999 /);
});

const settled: readonly (readonly [string, string, unknown])[] = [
  [
    'heroku/python',
    'Using Python version 3.13 specified in .python-version\n- Installing Python 3.13.2\n',
    ['python', '3.13.2', '3.13', '.python-version', false],
  ],
  [
    'heroku/python',
    'No Python version specified, using the current default of Python 3.12.3.\nInstalling Python 3.12.3\n',
    ['python', '3.12.3', undefined, 'default', false],
  ],
  [
    'heroku/nodejs-engine',
    'Detected Node.js version range: 22.x\nResolved Node.js version: 22.9.0\n',
    ['node', '22.9.0', '22.x', 'package.json', true],
  ],
  [
    'heroku/nodejs-engine',
    'Node.js version not specified, using 20.x\nResolved Node.js version: 20.18.0\n',
    ['node', '20.18.0', undefined, 'default', true],
  ],
  [
    'paketo-buildpacks/cpython',
    '      BP_CPYTHON_VERSION -> "3.13.*"\n    Selected CPython version (using BP_CPYTHON_VERSION): 3.13.1\n',
    ['python', '3.13.1', '3.13.*', 'BP_CPYTHON_VERSION', true],
  ],
  [
    'paketo-buildpacks/cpython',
    '      <unknown> -> "3.10.*"\n    Selected CPython version (using <unknown>): 3.10.14\n',
    ['python', '3.10.14', '3.10.*', 'default', true],
  ],
  [
    'paketo-buildpacks/node-engine',
    '      .nvmrc -> "lts/jod"\nfailed to satisfy "node" dependency version constraint\n',
    ['node', undefined, 'lts/jod', '.nvmrc', true],
  ],
];

for (const [id, lines, expected] of settled) {
  test(`${id} says what it takes: ${lines.split('\n')[0]?.trim() ?? ''}`, () => {
    const said = read(`===> BUILDING\nRunning build for buildpack ${id}@1.0.0\n${lines}`);
    assert.deepEqual(
      saidVersions(said).map((each) => [
        each.runtime,
        each.version,
        each.asked,
        each.origin,
        each.checksPatch,
      ]),
      [expected],
    );
  });
}

test('of a buildpack whose words are not known, and of detection, no version is read', () => {
  const words = 'Installing Python 3.13.2\n';
  assert.deepEqual(
    saidVersions(read(`===> BUILDING\nRunning build for buildpack acme/python@1\n${words}`)),
    [],
  );
  assert.deepEqual(saidVersions(read(`===> DETECTING\n==== Output: heroku/python@1 ====\n${words}`)), []);
});
