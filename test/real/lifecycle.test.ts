import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { isFailure } from '../../src/base/failure.ts';
import { collectBytes } from '../../src/base/stream.ts';
import { parseImageConfig } from '../../src/model/manifest.ts';
import type { Engine, EngineKind } from '../../src/model/engine.ts';
import { describeLifecycleEnd } from '../../src/stages/build/lifecycle/end.ts';
import { buildWithLifecycle, probeLifecycle } from '../../src/stages/build/lifecycle/run.ts';
import { saidVersions } from '../../src/stages/build/lifecycle/said-version.ts';
import type { LifecycleOrder } from '../../src/stages/build/lifecycle/spec.ts';
import { realEngine } from '../support/engine.ts';
import {
  appFile,
  bundleWith,
  lifecycleBench,
  type LifecycleBench,
} from '../support/platform/lifecycle-bench.ts';
import {
  herokuNodejsEngine,
  herokuPython026,
  herokuPython27,
  herokuPython08,
  madeBuildpack,
  paketoCpython,
  paketoNodeEngine,
} from '../support/platform/stub-buildpacks.ts';

/** The buildpacks are stubs that behave as the real ones are documented to; the engines are real. */

const shell = (line: string): string => `#!/bin/sh\n${line}\n`;

/** Each takes an application with a file of its name. */
const hostile = Object.entries({
  hangs: `trap '' TERM INT; echo begun; while :; do sleep 1; done`,
  escapes: `ln -s /etc/passwd /lockkeeper/layout/stolen; echo '[types]' >"$CNB_LAYERS_DIR/x.toml"`,
  fails: `echo 'Error: cannot reach the moon' >&2; exit 9`,
}).map(([name, build]) =>
  madeBuildpack({
    id: `acme/${name}`,
    version: '1.0.0',
    detect: shell(`[ -f ${name} ] || exit 100`),
    build: shell(build),
  }),
);

const opened = new Map<EngineKind, Promise<LifecycleBench>>();

function open(engine: Engine): Promise<LifecycleBench> {
  const buildpacks = [...hostile, herokuNodejsEngine, herokuPython026, paketoCpython];
  const bench = opened.get(engine.kind) ?? lifecycleBench(engine, { buildpacks, mirror: ['python-3.12.9'] });
  opened.set(engine.kind, bench);
  return bench;
}

async function asked(
  bench: LifecycleBench,
  app: Readonly<Record<string, string>>,
  more: Partial<LifecycleOrder> = {},
  creator = true,
): Promise<{ readonly sentence: string; readonly versions: readonly (readonly unknown[])[] }> {
  const tools = { runner: bench.runner, onLine: () => undefined, signal: undefined };
  const { end, said } = await probeLifecycle(bench.order(app, more), creator, tools);
  return {
    sentence: describeLifecycleEnd(end, said),
    versions: saidVersions(said).map(({ version, origin }) => [version, origin]),
  };
}

test('docker: an image is built by the platform’s lifecycle, and runs with what the buildpacks put there', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const bench = await open(engine);
  const into = await bundleWith(bench.runImage);
  const app = { '.python-version': '3.12\n', 'app.py': '', Procfile: 'web: python\n' };
  const tools = { runner: bench.runner, onLine: () => undefined, signal: undefined };
  const built = await buildWithLifecycle(bench.order(app), { into, tag: 'app' }, tools);
  const { manifest } = built;
  assert.ok(manifest !== undefined, describeLifecycleEnd(built.end, built.said));
  const loaded = await createLoader(engine).load(into, manifest.digest);
  const ran = await bench.runner.run({
    ...bench.plain,
    image: loaded,
    command: { kind: 'argv', argv: ['/cnb/process/web'] },
  });
  assert.equal(ran.output.head, 'python 3.12.9\n');
  const config = await collectBytes(into.blob(manifest.config), 1e6, () => assert.fail('too large'));
  const { labels } = parseImageConfig(config, manifest.config.digest);
  assert.match(labels['io.buildpacks.build.metadata'] ?? '', /"id":"heroku\/python","version":"0\.26\.1"/);
  assert.match(labels['io.buildpacks.lifecycle.metadata'] ?? '', /"python_version":"3\.12\.9"/);
});

/** No Python that the builder's own binary knows. */
async function asksForUnknownPython(bench: LifecycleBench): Promise<void> {
  assert.deepEqual(await asked(bench, { '.python-version': '3.14\n', 'requirements.txt': '' }), {
    sentence:
      'the build of heroku/python 0.26.1 failed: [Error: Requested Python version is not recognised] The requested Python version 3.14 is not recognised.',
    versions: [],
  });
}

test('podman: the very binary of a buildpack is asked, and refuses a Python that it does not know', async (t) => {
  const engine = await realEngine('podman', t);
  if (engine !== undefined) await asksForUnknownPython(await open(engine));
});

test('docker: what the very binaries of the builder resolve is told without a network', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const bench = await open(engine);
  await asksForUnknownPython(bench);
  assert.deepEqual((await asked(bench, { 'app.py': '', '.python-version': '3.13' })).versions, [
    ['3.13.2', '.python-version'],
  ]);
  const node = { 'package.json': '{"engines": {"node": "22.x"}}' };
  assert.deepEqual((await asked(bench, node)).versions, [['22.9.0', 'package.json']]);
  assert.deepEqual((await asked(bench, { README: '' }, { env: { BP_CPYTHON_VERSION: '3.13.*' } })).versions, [
    ['3.13.1', 'BP_CPYTHON_VERSION'],
  ]);
  assert.equal(
    (await asked(bench, { README: '' })).sentence,
    'no group of buildpacks takes this application',
  );
  assert.equal(
    (await asked(bench, { fails: '' }, { platformApi: '0.4' }, false)).sentence,
    'the build of acme/fails 1.0.0 failed: Error: cannot reach the moon',
  );
  assert.match(
    (await asked(bench, { README: '' }, { platformApi: '0.99' })).sentence,
    /^the lifecycle does not speak the platform API that it was asked for: .*0\.99/,
  );
  const other = await lifecycleBench(engine, {
    buildpacks: [herokuPython08, herokuPython27, paketoNodeEngine],
    order: [['paketo-buildpacks/node-engine'], ['heroku/python@0.8.0']],
  });
  const pin = { '.python-version': '3.14' };
  assert.deepEqual((await asked(other, pin)).versions, [['3.12.3', 'default']]);
  const newest = {
    facts: { ...other.facts, order: [{ group: [] }] },
    before: [{ id: 'heroku/python', version: '2.7.0', optional: false }],
  };
  assert.deepEqual((await asked(other, pin, newest)).versions, [['3.14.0', '.python-version']]);
  assert.match(
    (await asked(other, { 'package.json': '{}', '.nvmrc': 'lts/jod' })).sentence,
    /^the build of paketo-buildpacks\/node-engine 4\.1\.2 failed: failed to satisfy "node" .* "lts\/jod"/,
  );
});

test('docker: buildpacks that hang or lead outside are bounded, and what the platform adds takes part', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const bench = await open(engine);
  const limits = { ...bench.plain.limits, timeoutMs: 2_000 };
  assert.equal((await asked(bench, { hangs: '' }, { limits })).sentence, 'the build was stopped after 2 s');
  const into = await bundleWith(bench.runImage);
  const tools = { runner: bench.runner, onLine: () => undefined, signal: undefined };
  await assert.rejects(
    buildWithLifecycle(bench.order({ escapes: '' }), { into, tag: 'app' }, tools),
    (error) => isFailure(error, 'content-refused') && error.message.includes('no plain file'),
  );
  const injected = madeBuildpack({
    id: 'acme/extra',
    version: '0.1.0',
    detect: shell(':'),
    build: shell('echo extra took part; exit 1'),
  });
  const said = await asked(
    bench,
    { 'app.py': '' },
    {
      facts: {
        ...bench.facts,
        order: [{ group: [{ id: 'heroku/python', version: '0.26.1', optional: false }] }],
      },
      before: [{ id: 'acme/extra', version: '0.1.0', optional: true }],
      async *injected() {
        for (const file of ['buildpack.toml', 'bin/detect', 'bin/build']) {
          const text = await injected.text(file);
          yield { ...appFile(`cnb/buildpacks/acme_extra/0.1.0/${file}`, text), executable: true };
        }
      },
    },
  );
  assert.equal(said.sentence, 'the build of acme/extra 0.1.0 failed: extra took part');
});
