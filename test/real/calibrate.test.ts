import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { calibrationSchema } from '../../src/model/calibration.ts';
import { failureOfRun } from '../support/command-line.ts';
import { sharedGround } from '../support/gate-ground.ts';

const ground = sharedGround();

test('the image in use is run against itself in real containers, and what differs goes into the ledger', async (t) => {
  const here = await ground.open(t);
  if (here === undefined) return;
  // The kernel draws anew each time that it is asked, and half of what it draws begins with one of these digits.
  const draw = 'case "$(cat /proc/sys/kernel/random/uuid)" in [0-7]*) r="ok";; *) r="not ok";; esac';
  const command = `${draw}; echo 1..2; echo "ok 1 - works"; echo "$r 2 - draws"`;
  const project = await here.project({
    suite: { command, source: false, results: { format: 'tap', stdout: true } },
  });
  const ended = await project.run(['calibrate', '--rounds', '3', '--ledger', 'kept', '--json']);
  assert.equal(ended.status, 0, ended.stderr);
  const { units, ledger, exit } = calibrationSchema.parse(JSON.parse(ended.stdout));
  const [unit] = units;
  assert.ok(unit);
  assert.deepEqual([exit, unit.rounds, unit.runs], [0, 3, { whole: 6, broken: 0, engine: 0 }]);
  assert.equal(unit.digest, await here.digestOf('team/ci', 'latest'));
  assert.equal(ledger, path.join(project.folder, 'kept'));
  assert.equal(unit.steady + unit.alike + unit.unsteady.length, 2);
  // One time in thirty-two the draw is the same six times.
  const records = await readdir(path.join(project.folder, 'kept/contradictions')).catch(() => []);
  assert.equal(records.length, unit.unsteady.length);
  assert.match(ended.stderr, /unit on ci .*: 6 runs of the image in use/);
  assert.match(ended.stderr, /screen 6, baseline: .* passed/);
  await project.assertNothingLeft();
});

test('a number of rounds that is none is refused before anything is run', async (t) => {
  const here = await ground.open(t);
  if (here === undefined) return;
  const project = await here.project();
  for (const rounds of ['0', 'ten', '1e3', '101'])
    failureOfRun(await project.run(['calibrate', '--rounds', rounds, '--json']), 'usage');
  await project.assertNothingLeft();
});
