import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../base/failure.ts';
import type { BuilderFacts, LifecycleFacts } from '../../../model/builder-facts.ts';
import { parseReference } from '../../../model/reference.ts';
import { layoutPlace, lifecycleName } from './layout-place.ts';
import { orderFile } from './order.ts';
import { apiForExport, apiForPhases, newApi } from './platform-api.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('an image lies in the layout directory where the specification has it', () => {
  const places = ['docker.io/heroku/heroku:24', 'debian', `registry.example.org:5000/run@${digest}`].map(
    (name) => layoutPlace(parseReference(name)),
  );
  assert.deepEqual(places, [
    'index.docker.io/heroku/heroku/24',
    'index.docker.io/library/debian/latest',
    `registry.example.org:5000/run/sha256/${'a'.repeat(64)}`,
  ]);
  assert.equal(lifecycleName(parseReference('debian')), 'index.docker.io/library/debian:latest');
  const both = parseReference(`registry.example.org/run:24@${digest}`);
  assert.equal(lifecycleName(both), `registry.example.org/run@${digest}`);
  assert.equal(layoutPlace(both), `registry.example.org/run/sha256/${'a'.repeat(64)}`);
});

const buildpack = (id: string, version: string): BuilderFacts['buildpacks'][number] => ({
  ...{ id, version, api: undefined, targets: [], layer: undefined, order: [] },
});

const facts: BuilderFacts = {
  buildpacks: [buildpack('heroku/python', '2.7.0'), buildpack('heroku/procfile', '4.0.0')],
  order: [
    {
      group: [
        { id: 'heroku/python', version: '2.7.0', optional: false },
        { id: 'heroku/procfile', version: undefined, optional: true },
      ],
    },
    { group: [{ id: 'heroku/procfile', version: '4.0.0', optional: false }] },
  ],
  runImages: [],
  lifecycle: undefined,
};

test('what the platform adds stands before and behind each group of the builder’s order', () => {
  const apt = { id: 'fagiani/apt', version: '0.2.5', optional: true };
  const last = { id: 'acme/"last"', version: '1', optional: false };
  const entry = (id: string, version: string, optional: boolean): string =>
    `  [[order.group]]\n    id = ${JSON.stringify(id)}\n    version = "${version}"\n    optional = ${optional}\n`;
  const before = entry('fagiani/apt', '0.2.5', true);
  const after = entry('acme/"last"', '1', false);
  assert.equal(
    orderFile(facts, [apt], [last]),
    `[[order]]\n${before}${entry('heroku/python', '2.7.0', false)}${entry('heroku/procfile', '4.0.0', true)}${after}
[[order]]\n${before}${entry('heroku/procfile', '4.0.0', false)}${after}`,
  );
});

test('where nothing is added the builder’s own order counts, and one that leaves versions open is not guessed', () => {
  assert.equal(orderFile(facts, [], []), undefined);
  const twice = { ...facts, buildpacks: [...facts.buildpacks, buildpack('heroku/procfile', '3.0.0')] };
  const added = { id: 'fagiani/apt', version: '0.2.5', optional: true };
  assert.throws(
    () => orderFile(twice, [added], []),
    (error) => isFailure(error, 'content-refused'),
  );
});

const lifecycle = (...platformApis: readonly string[]): LifecycleFacts => ({
  version: '0.20.6',
  platformApis,
  buildpackApis: [],
});

test('the API is the platform’s own, and another one only where the result could not be taken out', () => {
  assert.ok(newApi('0.10', '0.9') && newApi('1.0', '0.12') && !newApi('0.5', '0.6'));
  assert.deepEqual(apiForExport(lifecycle('0.7', '0.12', '0.14', '0.99'), undefined), {
    version: '0.14',
    notice: undefined,
  });
  assert.equal(apiForExport(lifecycle('0.12', '0.14'), '0.12')?.version, '0.12');
  const other = apiForExport(lifecycle('0.10', '0.12', '0.14'), '0.10');
  assert.equal(other?.version, '0.12');
  assert.match(other.notice ?? '', /platform speaks platform API 0\.10; .* with 0\.12/);
  assert.equal(apiForExport(lifecycle('0.4', '0.10'), '0.10'), undefined);
  assert.equal(apiForExport(undefined, undefined), undefined);
  assert.equal(apiForPhases(lifecycle('0.4', '0.10'), '0.10'), '0.10');
  assert.equal(apiForPhases(lifecycle('0.4', '0.10'), '0.14'), '0.10');
  assert.equal(apiForPhases(undefined, '0.4'), '0.4');
});
