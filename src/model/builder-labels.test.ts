import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builderLabels, type MadeBuilder } from '../../test/support/parity-ground.ts';
import { limits } from '../base/limits.ts';
import { readBuilderLabels } from './builder-labels.ts';

const made: MadeBuilder = {
  buildpacks: [
    { id: 'heroku/python', version: '2.7.0', files: [{ name: 'cnb/a', content: 'a' }] },
    { id: 'paketo/all', version: '1.0.0', order: [['paketo/cpython@1.2.3', 'paketo/pip?']] },
  ],
  order: [['heroku/python', 'heroku/procfile?'], ['paketo/all']],
  runImage: 'r.test/run:24',
};
const metadata = 'io.buildpacks.builder.metadata';
const order = 'io.buildpacks.buildpack.order';
const layers = 'io.buildpacks.buildpack.layers';

test('buildpacks, their layers, order, run image, lifecycle and targets are told', () => {
  const facts = readBuilderLabels(builderLabels(made), 'b');
  assert.deepEqual(
    facts.buildpacks.map(({ id, version, api, targets, layer }) => [
      id,
      version,
      api,
      targets,
      layer?.slice(0, 7),
    ]),
    [
      ['heroku/python', '2.7.0', '0.10', ['linux/amd64'], 'sha256:'],
      ['paketo/all', '1.0.0', '0.10', ['linux/amd64'], undefined],
    ],
  );
  assert.deepEqual(facts.buildpacks[1]?.order, [
    {
      group: [
        { id: 'paketo/cpython', version: '1.2.3', optional: false },
        { id: 'paketo/pip', version: undefined, optional: true },
      ],
    },
  ]);
  assert.deepEqual(facts.order[0]?.group[1], {
    id: 'heroku/procfile',
    version: undefined,
    optional: true,
  });
  assert.deepEqual(facts.runImages, ['r.test/run:24']);
  assert.deepEqual(facts.lifecycle, {
    version: '0.20.5',
    platformApis: ['0.7', '0.12'],
    buildpackApis: ['0.7', '0.10'],
  });
});

test('labels of newer and older versions of the format are read too', () => {
  const newer = JSON.stringify({
    buildpacks: [],
    images: [{ image: 'r.test/new:1' }],
    lifecycle: { api: { platform: '0.3', buildpack: '0.2' } },
  });
  const facts = readBuilderLabels({ ...builderLabels(made), [metadata]: newer }, 'b');
  assert.deepEqual(facts.runImages, ['r.test/new:1']);
  assert.deepEqual(facts.lifecycle?.platformApis, ['0.3']);
  const { [layers]: _, ...without } = builderLabels(made);
  assert.equal(readBuilderLabels(without, 'b').buildpacks[0]?.layer, undefined);
});

const bad: readonly (readonly [string, Readonly<Record<string, string | undefined>>, string])[] = [
  [
    'no builder',
    { [metadata]: undefined },
    'b has no label io.buildpacks.builder.metadata, so that it is no builder',
  ],
  [
    'no order',
    { [order]: undefined },
    'b has no label io.buildpacks.buildpack.order, so that it is no builder',
  ],
  [
    'an empty order',
    { [order]: '[]' },
    'b cannot be read as a builder: its order is empty, so that it would never build anything',
  ],
  [
    'no JSON',
    { [layers]: '{"a":' },
    'b cannot be read as a builder: of its label io.buildpacks.buildpack.layers, it is not JSON (Unexpected end of JSON input)',
  ],
  [
    'a key that stands twice',
    { [order]: '[{"group":[],"group":[]}]' },
    'b cannot be read as a builder: of its label io.buildpacks.buildpack.order, the key "group" stands twice in one object',
  ],
  [
    'another shape',
    { [metadata]: '{"buildpacks":[{"id":7,"version":"1"}]}' },
    'b cannot be read as a builder: its label io.buildpacks.builder.metadata has another shape than is known at buildpacks.0.id',
  ],
  [
    'huge',
    { [layers]: `{"a":{}}${' '.repeat(limits.builderLabelBytesMax)}` },
    'b cannot be read as a builder: its label io.buildpacks.buildpack.layers is larger than 2097152 bytes',
  ],
  [
    'deep',
    { [layers]: '['.repeat(1000) },
    'b cannot be read as a builder: of its label io.buildpacks.buildpack.layers, it is nested more than 64 deep',
  ],
];

for (const [name, labels, message] of bad) {
  test(`labels that are refused: ${name}`, () => {
    assert.throws(() => readBuilderLabels(builderLabels({ ...made, labels }), 'b'), {
      code: 'builder-invalid',
      message,
    });
  });
}

test('what is no digest is no layer', () => {
  const text = JSON.stringify({ 'heroku/python': { '2.7.0': { layerDiffID: '../../etc' } } });
  const facts = readBuilderLabels(builderLabels({ ...made, labels: { [layers]: text } }), 'b');
  assert.equal(facts.buildpacks[0]?.layer, undefined);
});
