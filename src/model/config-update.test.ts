import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../base/limits.ts';
import { isFailure } from '../base/failure.ts';
import { readConfig } from './config.ts';
import type { OuterLoop } from './outer-loop.ts';
import type { UpdateSettings } from './update-settings.ts';

const read = (text: string): UpdateSettings =>
  readConfig(`version: 1\n${text}`, 'lockkeeper.yaml', '/repo').update;

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => read(text),
    (error) => isFailure(error, 'config-invalid') && message.test(error.message),
    text,
  );
}

const loops = (text: string): readonly OuterLoop[] =>
  read(`update:\n  outer-loops:\n    outer:\n      ${text}\n`).outerLoops;

test('an update needs no word in the config', () => {
  assert.deepEqual(read(''), {
    forge: undefined,
    remote: 'origin',
    branch: 'lockkeeper/update',
    base: undefined,
    labels: [],
    freeze: 'lockkeeper: freeze',
    outerLoops: [],
  });
});

test('each kind of outer loop is read, values as they are written', () => {
  const read1 = (text: string): unknown => loops(text)[0]?.by;
  assert.deepEqual(read1('github: { workflow: outer.yml, inputs: { version: 3.10, at: "{commit}" } }'), {
    kind: 'github',
    workflow: 'outer.yml',
    inputs: { version: '3.10', at: '{commit}' },
  });
  assert.deepEqual(read1('gitlab: { variables: { OUTER: 1 } }'), {
    kind: 'gitlab',
    variables: { OUTER: '1' },
  });
  assert.deepEqual(read1('azure: { organization: team, project: public, pipeline: 154 }'), {
    kind: 'azure',
    organization: 'team',
    project: 'public',
    pipeline: 154,
    parameters: {},
  });
  assert.deepEqual(read1('comment: { text: /azp run outer, check: outer }'), {
    kind: 'comment',
    text: '/azp run outer',
    check: 'outer',
  });
  assert.deepEqual(
    read1('command: { start: [sh, 1], state: [sh, -c, true], environment: [JENKINS_TOKEN] }'),
    {
      kind: 'command',
      start: ['sh', '1'],
      state: ['sh', '-c', 'true'],
      environment: ['JENKINS_TOKEN'],
    },
  );
  assert.equal(loops('gitlab: {}')[0]?.required, true);
});

test('an outer loop is started in exactly one way', () => {
  const one = /exactly one of github, gitlab, azure, comment and command/;
  refused('update: { outer-loops: { outer: { required: false } } }', one);
  refused('update: { outer-loops: { outer: { gitlab: {}, github: { workflow: a.yml } } } }', one);
});

test('there are no more outer loops than runs that are followed: one beyond would be started again each night', () => {
  const group = (count: number): string =>
    Array.from({ length: count }, (_, at) => `    loop-${at}: { command: { start: [a], state: [b] } }`).join(
      '\n',
    );
  const text = (count: number): string => `update:\n  outer-loops:\n${group(count)}\n`;
  assert.equal(read(text(limits.notedRunsMax)).outerLoops.length, limits.notedRunsMax);
  refused(text(limits.notedRunsMax + 1), /at most 8 outer loops/);
});

test('what becomes a part of a URL or of a command line follows a grammar', () => {
  for (const branch of ['-x', 'a..b', '/a', 'a/', 'a b', 'a.lock', 'a//b', 'a/.b', '"a\\n"', 'a~1', 'a:b'])
    refused(`update: { branch: ${JSON.stringify(branch)} }`, /branch/);
  refused('update: { remote: --upload-pack=x }', /remote/);
  refused('update: { outer-loops: { a: { github: { workflow: ../x.yml } } } }', /workflow/);
  refused(
    'update: { outer-loops: { a: { azure: { organization: evil.example.org/x, project: p, pipeline: 1 } } } }',
    /organisation/,
  );
  refused('update: { labels: ["a,b"] }', /label/);
});
