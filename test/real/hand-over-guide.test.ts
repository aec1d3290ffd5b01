import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import type { Engine } from '../../src/model/engine.ts';
import { formatReference, parseReference } from '../../src/model/reference.ts';
import { copyImage } from '../../src/ports/copy.ts';
import { realEngine } from '../support/engine.ts';
import { makeImage, textFile } from '../support/images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeNodeImage, nodeArgs } from '../support/node-image.ts';
import { requirePeer } from '../support/peers.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';

const run = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../..');
const guide = await readFile(path.join(checkout, 'docs/guides/hand-over.md'), 'utf8');
const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

/** The file of this name in the guide: a block of YAML that begins with its name. */
function fileOf(name: string): unknown {
  const [, text] =
    new RegExp(`\`\`\`yaml\n# ${name.replaceAll('.', String.raw`\.`)}\n([^]*?)\n\`\`\``).exec(guide) ?? [];
  assert.ok(text !== undefined, `the guide has ${name}`);
  return parse(text);
}

const lines = z.union([z.string(), z.array(z.string())]);
const step = z.union([
  z.string(),
  z.object({ run: z.union([z.string(), z.object({ command: z.string() })]).optional() }),
]);
const job = z.object({ script: lines.optional(), steps: z.array(step).optional() });

/** The shell of a job, without what installs the program itself. */
function shellOf(value: unknown): string {
  const { script = [], steps = [] } = job.parse(value);
  const texts = steps.flatMap((each) => {
    if (typeof each === 'string' || each.run === undefined) return [];
    return typeof each.run === 'string' ? [each.run] : [each.run.command];
  });
  return [...texts, ...(typeof script === 'string' ? [script] : script)]
    .flatMap((text) => text.split('\n'))
    .filter((line) => !line.startsWith('npm install'))
    .join('\n');
}

function jobsOf(name: string): Readonly<Record<string, unknown>> {
  return z.object({ jobs: z.record(z.string(), z.unknown()) }).parse(fileOf(name)).jobs;
}

/** The block of shell that begins with these words. */
function shellBlock(start: string): string {
  const [, text] = new RegExp(`\`\`\`sh\n(${start}[^]*?)\n\`\`\``).exec(guide) ?? [];
  return text ?? assert.fail(`the guide has a block that begins with ${start}`);
}

interface Place {
  readonly folder: string;
  readonly engine: Engine;
  /** Runs lines of the guide; fails with the first of them that does. */
  readonly sh: (script: string) => Promise<string>;
  /** Puts a program on the PATH of those lines. */
  readonly program: (name: string, script: string) => Promise<void>;
}

/** A checkout with a Dockerfile on a base that a registry holds, and our program on the PATH. */
async function place(t: TestContext): Promise<Place | undefined> {
  const engine = await realEngine('docker', t);
  if (engine === undefined || !shared.isThere(t) || !requirePeer('containerd', t)) return undefined;
  const { host } = await shared.server();
  const folder = await temporaryFolder(t);
  const nonce = path.basename(folder).toLowerCase();
  const base = await makeImage({ files: [textFile('etc/base', nonce)] });
  await copyImage(base.repository, registries.open(host, 'guide/base'), base.manifest.digest, { tag: nonce });
  await writeFile(path.join(folder, 'Dockerfile'), 'ARG BASE\nFROM $BASE\nCOPY marker /marker\n');
  await writeFile(path.join(folder, 'marker'), nonce);
  await mkdir(path.join(folder, 'bin'));
  const env = {
    ...process.env,
    PATH: `${folder}/bin:${process.env['PATH']}`,
    BASE: `${host}/guide/base:${nonce}@${base.manifest.digest}`,
    BASE_SHA256: base.manifest.digest.slice('sha256:'.length),
    CANDIDATE: `${host}/Guide/candidates:${nonce}`,
  };
  t.after(() =>
    run('docker', ['image', 'rm', '--force', 'ci:local', 'ci:candidate', 'base:latest', env.BASE]),
  );
  const here: Place = {
    folder,
    engine,
    sh: async (script) => (await run('sh', ['-euc', script], { cwd: folder, env })).stdout,
    program: (name, script) =>
      writeFile(path.join(folder, 'bin', name), `#!/bin/sh\nset -eu\n${script}\n`, { mode: 0o755 }),
  };
  await here.program('lockkeeper', `exec ${process.execPath} ${checkout}/bin/lockkeeper.ts "$@"`);
  return here;
}

/** What a job leaves on the machine, which the next one does not have. */
const newMachine =
  'docker image rm --force ci:local ci:candidate base:latest "$BASE" >/dev/null 2>&1 || true';

async function nextJob({ sh, folder }: Place): Promise<void> {
  await sh(newMachine);
  for (const name of ['base-layers', 'ci.tar']) await rm(path.join(folder, name), { recursive: true });
}

test('what one job builds the next one tests, in each CI system and cluster of the guide', async (t) => {
  const here = await place(t);
  if (here === undefined) return;
  const gitlab = z.record(z.string(), z.unknown()).parse(fileOf('.gitlab-ci.yml'));
  await t.test('GitLab', () => buildAndTest(here, gitlab));
  await nextJob(here);
  await t.test('CircleCI', () => buildAndTest(here, jobsOf('.circleci/config.yml')));
  await nextJob(here);
  await t.test('GitHub', () => buildAndTest(here, jobsOf('.github/workflows/image.yml')));
  await t.test('GitHub: a job with secrets verifies a stranger’s artifact, and publishes it', async () => {
    await here.sh(shellOf(jobsOf('.github/workflows/publish-candidate.yml')['publish']));
    const broken = path.join(here.folder, 'stranger.tar');
    await copyFile(path.join(here.folder, 'ci.tar'), broken);
    const bytes = await readFile(broken);
    const at = bytes.indexOf(Buffer.from([0x1f, 0x8b])) + 20;
    await writeFile(broken, bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1));
    await assert.rejects(here.sh('lockkeeper bundle verify stranger.tar --out stranger'));
  });
  for (const kind of ['k3d', 'kind'] as const)
    await t.test(kind, (inner) => loadIntoCluster(inner, here, kind));
});

async function buildAndTest(
  { sh }: Place,
  { build, test: tests }: Readonly<Record<string, unknown>>,
): Promise<void> {
  await sh(`${shellOf(build)}\n${newMachine}\n${shellOf(tests)}`);
  assert.match(await sh('docker image ls --quiet ci:candidate'), /^[0-9a-f]+\n$/);
}

const clusters = {
  k3d: { create: 'k3d cluster create', labels: ['k3d.cluster', 'k3d.role'], role: 'server' },
  kind: {
    create: 'kind create cluster',
    labels: ['io.x-k8s.kind.cluster', 'io.x-k8s.kind.role'],
    role: 'control-plane',
  },
} as const;

let nodeImage: Promise<string> | undefined;

/**
 * The lines of the guide on a node that stands there as that of a cluster does. `kubectl apply` does what the node's
 * kubelet does then: it runs the pod's image by the name that containerd knows, and pulls nothing.
 */
async function loadIntoCluster(t: TestContext, here: Place, kind: 'k3d' | 'kind'): Promise<void> {
  const { create, labels, role } = clusters[kind];
  const name = `guide-${randomUUID().slice(0, 8)}`;
  const image = await (nodeImage ??= makeNodeImage(here.engine));
  t.after(() => run('docker', ['rm', '--force', '--volumes', name]));
  const words = ['run', '--detach', '--name', name, ...nodeArgs];
  const marks = ['--label', `${labels[0]}=${name}`, '--label', `${labels[1]}=${role}`];
  const start = ['docker', ...words, ...marks, image].map((word) => `'${word}'`).join(' ');
  const wait = `for i in $(seq 100); do ! docker exec ${name} ctr version >/dev/null 2>&1 || exit 0; sleep 0.1; done`;
  await here.program(kind, `${start}\n${wait}\nexit 1`);
  const { spec } = pod.parse(fileOf('smoke.yaml'));
  const [container] = spec.containers;
  const known = formatReference(parseReference(container.image));
  const runPod = `docker exec ${name} ctr -n k8s.io run --rm ${known} smoke ${container.command.join(' ')}`;
  await here.program(
    'kubectl',
    `case "$*" in "apply --filename smoke.yaml") ${runPod} ;; "wait "*) ;; *) exit 2 ;; esac`,
  );
  await here.sh(shellBlock(create).replaceAll(/\btest\b/g, name));
}

const pod = z.object({
  spec: z.object({
    containers: z.tuple([
      z.object({ image: z.string(), imagePullPolicy: z.literal('Never'), command: z.array(z.string()) }),
    ]),
  }),
});

after(async () => {
  if (nodeImage !== undefined) await run('docker', ['image', 'rm', '--force', await nodeImage]);
});
