import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Engine } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { writeBundle } from '../support/bundles.ts';
import { failureOfRun, runCommandLine, type Ended } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { layeredImages, loadedOf, type LayeredImages } from '../support/load-ground.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeNodeImage, nodeArgs } from '../support/node-image.ts';
import { requirePeer } from '../support/peers.ts';

const ofRun = randomUUID().slice(0, 8);
const labels = {
  kind: ['io.x-k8s.kind.cluster', 'io.x-k8s.kind.role'],
  k3d: ['k3d.cluster', 'k3d.role'],
} as const;

let image: Promise<string> | undefined;
let engineOfRun: Engine | undefined;
after(async () => {
  if (engineOfRun === undefined || image === undefined) return;
  await askEngine(engineOfRun, ['image', 'rm', '--force', await image]);
});

interface Cluster extends LayeredImages {
  readonly name: string;
  readonly folder: string;
  readonly engine: Engine;
  readonly bundle: string;
  ask(node: string, ...words: readonly string[]): Promise<string>;
  load(...more: readonly string[]): Promise<Ended>;
}

/** A cluster of containers that stand there as those of kind or k3d do, by role. */
async function cluster(
  t: TestContext,
  kind: 'kind' | 'k3d',
  nodes: Readonly<Record<string, string>>,
): Promise<Cluster | undefined> {
  const engine = await realEngine('docker', t);
  if (engine === undefined || !requirePeer('containerd', t)) return undefined;
  engineOfRun = engine;
  image ??= makeNodeImage(engine);
  const name = `lockkeeper-${ofRun}-${randomUUID().slice(0, 8)}`;
  for (const [node, role] of Object.entries(nodes)) {
    const [ofCluster, asRole] = labels[kind];
    const marks = ['--label', `${ofCluster}=${name}`, '--label', `${asRole}=${role}`];
    const words = ['run', '--detach', '--name', `${name}-${node}`, ...nodeArgs, ...marks, await image];
    const started = await askEngine(engine, words);
    assert.equal(started.status, 0, started.stderr);
    t.after(() => askEngine(engine, ['rm', '--force', '--volumes', `${name}-${node}`]));
  }
  const images = await layeredImages();
  const folder = await temporaryFolder(t);
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images: [images.image] }]);
  return {
    ...images,
    name,
    folder,
    engine,
    bundle: path.join(folder, 'bundle'),
    async ask(node, ...words) {
      const result = await askEngine(engine, ['exec', `${name}-${node}`, 'ctr', '-n', 'k8s.io', ...words]);
      assert.equal(result.status, 0, `${node}: ${words.join(' ')}: ${result.stderr}`);
      return result.stdout;
    },
    load: (...more) =>
      runCommandLine(['load', 'bundle', '--into', kind, '--cluster', name, '--json', ...more], {
        cwd: folder,
      }),
  };
}

test('kind: every node that runs pods holds the image under the name that a pod asks for, and the balancer is left alone', async (t) => {
  const here = await cluster(t, 'kind', {
    'control-plane': 'control-plane',
    worker: 'worker',
    balancer: 'external-load-balancer',
  });
  if (here === undefined) return;
  const receptions = loadedOf(await here.load());
  assert.deepEqual(
    receptions.map(({ receiver, state }) => [receiver, state]),
    [
      [`node ${here.name}-control-plane`, 'loaded'],
      [`node ${here.name}-worker`, 'loaded'],
    ],
  );
  // What a kubelet makes of `image: ci`, with `imagePullPolicy: Never`.
  for (const node of ['control-plane', 'worker']) {
    const listed = await here.ask(node, 'images', 'ls', 'name==docker.io/library/ci:latest');
    assert.ok(listed.includes(here.image.manifest.digest), listed);
    assert.equal(
      await here.ask(node, 'run', '--rm', 'docker.io/library/ci:latest', 'look', 'cat', '/etc/top'),
      here.nonce,
    );
  }
  assert.equal(await here.ask('balancer', 'images', 'ls', '-q'), '');
});

test('k3d: of a thin bundle the nodes that hold the base get one layer; a node that stands still is not hidden', async (t) => {
  const here = await cluster(t, 'k3d', {
    'agent-0': 'agent',
    'server-0': 'server',
    serverlb: 'loadbalancer',
    tools: 'noRole',
  });
  if (here === undefined) return;
  const { base, image: top } = here;
  await writeBundle(path.join(here.folder, 'base'), [{ name: 'base', images: [base] }]);
  const words = ['load', 'base', '--into', 'k3d', '--cluster', here.name, '--json'];
  assert.equal((await runCommandLine(words, { cwd: here.folder })).status, 0);
  const layers = base.manifest.layers.map(({ digest }) => digest);
  await writeBundle(here.bundle, [{ name: 'ci', images: [top] }], layers);
  assert.equal((await askEngine(here.engine, ['kill', `${here.name}-agent-0`])).status, 0);
  const ended = await here.load('--as', 'team/ci:candidate');
  const [agent, server, ...others] = loadedOf(ended, 5);
  assert.deepEqual(others, []);
  assert.equal(agent?.state, 'failed');
  assert.equal(agent?.failure?.code, 'engine-unreachable');
  assert.match(ended.stderr, new RegExp(`${here.name}-agent-0 does not answer`));
  assert.equal(server?.state, 'loaded');
  assert.equal(server?.deliveries[0]?.layers.sent, 1);
  const listed = await here.ask('server-0', 'images', 'ls', 'name==docker.io/team/ci:candidate');
  assert.ok(listed.includes(top.manifest.digest), listed);
});

test('a cluster that is not there: receiver-missing; one of several without saying which: usage', async (t) => {
  const here = await cluster(t, 'kind', { worker: 'worker' });
  const other = await cluster(t, 'kind', { worker: 'worker' });
  if (here === undefined || other === undefined) return;
  const load = ['load', 'bundle', '--into', 'kind', '--json'];
  const place = { cwd: here.folder };
  failureOfRun(await runCommandLine([...load, '--cluster', 'none'], place), 'receiver-missing');
  const failure = failureOfRun(await runCommandLine(load, place), 'usage');
  assert.ok(failure.message.includes(here.name) && failure.message.includes(other.name));
});
