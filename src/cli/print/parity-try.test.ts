import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parityTrySchema, type ParityTryDocument } from '../../model/parity-try-document.ts';
import { assertGolden } from '../../../test/support/golden.ts';
import { parityTryText } from './parity-try.ts';

const digest = `sha256:${'5a'.repeat(32)}`;
const buildpack = { id: 'heroku/python', version: '0.26.1' };

const asked: ParityTryDocument = {
  schemaVersion: 1,
  kind: 'parity-try',
  madeBy: 'lockkeeper 0.1.0',
  platform: 'toolforge',
  channel: 'stable',
  level: 'L3',
  builder: `registry.example.org/platform/builder:24@${digest}`,
  runImage: `registry.example.org/platform/run:24@${digest}`,
  platformApi: '0.12',
  buildpacks: [buildpack],
  versions: [
    {
      buildpack,
      runtime: 'python',
      version: '3.13.2',
      asked: '3.13',
      origin: '.python-version',
      checksPatch: false,
      line: 'Installing Python 3.13.2',
    },
    {
      buildpack: { id: 'paketo-buildpacks/node-engine', version: '4.1.2' },
      runtime: 'node',
      asked: 'lts/\u001b[31mjod',
      origin: '.nvmrc',
      checksPatch: true,
      line: '',
    },
  ],
  outcome: 'takes',
  passedOver: [],
  ended: 'the build of heroku/python 0.26.1 failed: Unable to download Python 3.13.2',
  durationMs: 700,
  notices: [],
};

const refused: ParityTryDocument = {
  ...asked,
  versions: [],
  outcome: 'refuses',
  ended: 'no group of buildpacks takes this application',
  buildpacks: [],
};

const { runImage: _, ...withoutRun } = asked;

const built: ParityTryDocument = {
  ...withoutRun,
  level: 'L4',
  ended: 'the lifecycle came to its end',
  durationMs: 92_000,
  image: { name: 'app', digest, bundle: 'bundle' },
  deployed: {
    reference: 'registry.example.org/team/app:latest',
    digest,
    differences: ['heroku/python was 0.8.0 in the deployed image, and is 0.26.1 here'],
  },
  notices: ['the platform speaks platform API 0.10; here the lifecycle was spoken to with 0.12'],
};

test('what came of it, what each buildpack took, and what is other than on the platform', () => {
  const same = { ...built, deployed: { reference: 'app:1', digest, differences: [] }, notices: [] };
  const first = { ...built, deployed: { reference: 'app:1', differences: [] }, notices: [] };
  const unknown: ParityTryDocument = {
    ...asked,
    outcome: 'unknown',
    ended: 'the build was stopped after 300 s',
  };
  const ignored: ParityTryDocument = {
    ...asked,
    outcome: 'ignores',
    passedOver: [
      { file: '.python-version', line: 1, runtime: 'python', asked: '3.14', buildpack, takes: '3.12.3' },
    ],
  };
  const all = [asked, ignored, refused, unknown, built, same, first].map((each) =>
    parityTrySchema.parse(each),
  );
  const texts = all.map((each) => parityTryText(each, { colour: false, columns: 100 }));
  assert.ok(texts.every((text) => !text.includes('\u001b')));
  assertGolden('parity/try.txt', texts.join('\n'));
});

test('nothing that a builder or a repository says reaches a CI system as a command', () => {
  const hostile = 'a ::error::x ##vso[task.complete]b ##[error]c';
  const evil = { id: hostile, version: hostile };
  const document: ParityTryDocument = {
    ...built,
    platform: hostile,
    channel: hostile,
    ended: hostile,
    buildpacks: [evil],
    versions: asked.versions.map((each) => ({ ...each, buildpack: evil, asked: hostile, origin: hostile })),
    passedOver: [
      { file: hostile, line: 1, runtime: 'python', asked: hostile, buildpack: evil, takes: hostile },
    ],
    image: { name: hostile, digest, bundle: hostile },
    deployed: { reference: hostile, digest, differences: [hostile] },
    notices: [hostile],
  };
  const text = parityTryText(document, { colour: false, columns: 100 });
  assert.doesNotMatch(text, /(^|\s)::|##\w*\[/m);
});
