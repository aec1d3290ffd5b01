import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failureOfRun, reportOfRun } from '../support/command-line.ts';
import { sharedGround } from '../support/gate-ground.ts';
import { textFile } from '../support/images.ts';

const ground = sharedGround();

// The kernel hands the script and its arguments to `true`, which reads none of them.
const lyingShell = textFile('bin/sh', '#!/bin/busybox true\n', 0o755);

suite('a candidate that lies', { concurrency: 2 }, () => {
  test('with a shell that always ends well is found by the sentinel, and by nothing else', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const repository = 'lies/shell';
    await here.pushCandidate(repository, { files: [lyingShell] });
    const suiteOf = (more: object): Record<string, unknown> => ({ command: 'true', source: false, ...more });
    const project = await here.project({ repository, suite: suiteOf({ sentinel: 'exit 1' }) });
    const ended = await project.run(['gate', '--bundle', 'bundle', '--json']);
    const { verdict, suites } = reportOfRun(ended);
    assert.deepEqual([verdict.kind, ended.status], ['reject: must-pass', 3]);
    assert.match(verdict.sentence, /sentinel/);
    const steps = suites[0]?.trials.map(({ step }) => step) ?? [];
    assert.ok(steps.includes('sentinel'));
    assert.deepEqual(
      steps.filter((step) => step !== 'preflight' && step !== 'sentinel'),
      [],
    );
    failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-forbids');
    await project.assertNothingLeft();
    const trusting = await here.project({ repository, suite: suiteOf({}) });
    const believed = await trusting.run(['gate', '--bundle', 'bundle', '--json']);
    assert.equal(reportOfRun(believed).verdict.kind, 'promote');
  });

  test('by a report that is forged after the command has ended is too late', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const report = (word: string): string => `printf "1..1\\n${word} 1 - works\\n" > out.tap`;
    const forge = `(sleep 3; while :; do ${report('ok')}; done) > /dev/null 2>&1 &`;
    const command = `if [ "$(cat /etc/side)" = candidate ]; then ${forge} ${report('not ok')}; else ${report('ok')}; fi`;
    const project = await here.project({
      suite: { command: ['sh', '-c', command], source: false, results: { format: 'tap', files: 'out.tap' } },
      gate: { confirm: 3 },
    });
    const ended = await project.run(['gate', '--bundle', 'bundle', '--json']);
    const { verdict } = reportOfRun(ended);
    assert.equal(verdict.kind, 'reject: regression', verdict.sentence);
    assert.match(verdict.sentence, /first: works$/);
    await project.assertNothingLeft();
  });
});
