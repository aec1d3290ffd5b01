import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bad, good, note, warning } from '../../model/diagnosis.ts';
import { doctorText } from './doctor.ts';

const plain = { colour: false, columns: 60 };

test('each finding is a line, wrapped where it is long, with what to do below', () => {
  const diagnoses = [
    good('node', '24.1.0'),
    note('isolation', 'a container is no boundary for a stranger’s code'),
    warning('docker', 'only 2 GiB free in /var/lib/docker, which is not much', 'Make room.'),
    bad(
      'config',
      'lockkeeper.yaml:1:1: it has 2 faults:\n  lockkeeper.yaml:1:1: first\n  lockkeeper.yaml:2:1: second',
      { remedy: 'Correct it.', exit: 2 },
    ),
  ];
  assert.equal(
    doctorText(diagnoses, plain),
    `ok    node       24.1.0
note  isolation  a container is no boundary for a stranger’s
                 code
warn  docker     only 2 GiB free in /var/lib/docker, which
                 is not much
                 → Make room.
bad   config     lockkeeper.yaml:1:1: it has 2 faults:
                 lockkeeper.yaml:1:1: first
                 lockkeeper.yaml:2:1: second
                 → Correct it.

one thing to mend before a gate and a promotion work here
`,
  );
});

test('the last line sums up', () => {
  const last = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);
  assert.equal(last(doctorText([good('node', '24')], plain)), 'everything that is needed works');
  assert.equal(
    last(doctorText([warning('a', 'b', 'c')], plain)),
    'everything that is needed works, with the warnings above',
  );
  const two = [bad('a', 'b', { remedy: 'c', exit: 5 }), bad('a', 'b', { remedy: 'c', exit: 5 })];
  assert.equal(last(doctorText(two, plain)), '2 things to mend before a gate and a promotion work here');
});

test('text from outside cannot control the terminal, nor the CI system that reads a log', () => {
  const text = doctorText([warning('docker', 'says \u001b[2J ##vso[x]', 'do\u001b[31m ##vso[x]')], {
    colour: true,
    columns: 80,
  });
  assert.ok(!text.includes('\u001b[2J') && !text.includes('do\u001b'));
  assert.ok(!text.includes('##vso'));
});
