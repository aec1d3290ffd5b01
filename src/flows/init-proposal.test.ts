import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Mention } from '../model/mention.ts';
import { readConfig } from '../model/config.ts';
import { isFailure } from '../base/failure.ts';
import { parseReference } from '../model/reference.ts';
import type { CiJob, Dockerfile, ImageRecipe, Survey, Toolchain } from '../model/survey.ts';
import { proposeImages } from './init-images.ts';
import { NameBook } from './init-names.ts';
import { proposeSuites } from './init-suites.ts';
import { configText } from './init-text.ts';

/** What a repository may hold to break out of YAML, of a comment, or of what our own reader takes. */
const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '~/x',
    'a\\b',
    '../../../../x',
    'a: b',
    '- x',
    '#',
    '"',
    "'",
    '\n',
    'x\n  evil: 1',
    '\t',
    '\u0000',
    '\u001b[31m',
    '\u2028',
    '\u0085',
    '*x',
    '&x',
    '!x',
    '%',
    '@',
    '`',
    '{}',
    '[]',
    'true',
    'null',
    '0x1F',
    '1e3',
    '2024-01-01',
    '__proto__',
    'a/b:c',
    'Team/CI',
    'x'.repeat(80),
    'run-tests.sh',
    '$X',
    '${{ x }}',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const name = fc.oneof(
  fc.constantFrom(
    'team/ci:1',
    'team/ci:2',
    'ghcr.io/team/ci',
    'debian:12',
    `team/ci:1@sha256:${'a'.repeat(64)}`,
  ),
  nasty,
);
const variables = fc.dictionary(nasty, nasty, { maxKeys: 3 });
const line = fc.nat(100);

const dockerfile: fc.Arbitrary<Dockerfile> = fc.record({
  file: fc.oneof(fc.constantFrom('Dockerfile', 'ci/Dockerfile', 'ci.Dockerfile'), nasty),
  stages: fc.constant([]),
  bases: fc.constant([]),
  openArgs: fc.array(nasty, { maxLength: 2 }),
});

const job: fc.Arbitrary<CiJob> = fc.record({
  file: nasty,
  line,
  name: nasty,
  image: name.map(mentionOf),
  scripts: fc.array(
    fc.oneof(
      nasty,
      fc.constantFrom('npm ci', 'npm test', './run-tests.sh\nx', 'pytest'),
      nasty.map((text) => `./run-tests.sh ${text}`),
    ),
    { maxLength: 3 },
  ),
  env: variables,
  workdir: fc.oneof(fc.constantFrom('/tmp/project', '/', '/proc/x', undefined), nasty),
  user: fc.option(fc.oneof(nasty, fc.constant('nobody')), { nil: undefined }),
});

const recipe: fc.Arbitrary<ImageRecipe> = fc.record({
  file: nasty,
  line,
  dockerfile: fc.oneof(fc.constantFrom('Dockerfile', 'ci/Dockerfile'), nasty),
  context: fc.oneof(fc.constant('.'), nasty),
  names: fc.array(name, { maxLength: 3 }),
  args: variables,
  target: fc.option(nasty, { nil: undefined }),
});

const toolchain: fc.Arbitrary<Toolchain> = fc.record({
  name: fc.constantFrom('pytest', 'node-test'),
  shownBy: nasty,
  command: fc.constant('pytest'),
  results: fc.constant({ format: 'exit-status' as const, why: 'x' }),
  fetches: fc.option(nasty, { nil: undefined }),
  env: fc.constant({}),
});

const survey: fc.Arbitrary<Survey> = fc.record({
  dockerfiles: fc.array(dockerfile, { maxLength: 3 }),
  jobs: fc.array(job, { maxLength: 4 }),
  recipes: fc.array(recipe, { maxLength: 3 }),
  toolchains: fc.uniqueArray(toolchain, { maxLength: 2, selector: (each) => each.name }),
  mentions: fc.constant([]),
  notRead: fc.constant([]),
  files: fc.constant({ listed: 0, read: 0 }),
});

test('names that differ in letter case or signs alone get placeholders of their own', () => {
  const names = new NameBook();
  assert.deepEqual(
    ['x', 'X', 'a.b', 'a-b', 'x'].map((wanted) => names.take(wanted)),
    ['x', 'X-2', 'a.b', 'a-b-2', 'x-3'],
  );
});

test('whatever a repository shows, what init proposes is a config that our own reader takes', () => {
  fc.assert(
    fc.property(survey, nasty, (shown, repository) => {
      const images = proposeImages(shown, repository);
      const { suites, guards } = proposeSuites(
        shown,
        images.flatMap(({ jobs }) => jobs),
      );
      const text = configText({
        images,
        suites,
        guards: new Map(images.map((image) => [image.name, guards(image.jobs)])),
      });
      readConfig(text, 'lockkeeper.yaml', '/srv');
    }),
    { numRuns: 100 },
  );
});

function mentionOf(text: string): Mention {
  const place = { file: 'ci.yml', line: 1, column: 1, start: 0, end: text.length };
  const written = { place, syntax: 'gitlab-ci', owner: 'image', text, layout: { kind: 'whole' } } as const;
  const common = { ...written, from: [], users: [], note: undefined };
  try {
    return { ...common, meaning: { kind: 'image', reference: parseReference(text) } };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...common, meaning: { kind: 'unresolved', why: error.message } };
  }
}
