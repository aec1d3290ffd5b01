import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as z from 'zod';
import { requirePeer } from '../support/peers.ts';

/**
 * The demo's story, held against the raw reports of both sides. They are found by their names in the bundle and counted
 * here by plain expressions, with nothing of ours, so that reader, pairing and report would all have to err alike.
 */
const run = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../..');
const folder = path.join(checkout, '.lockkeeper/demo');
const peers = ['docker', 'registry', 'mmdebstrap', 'npm', 'git'] as const;

const indexSchema = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
const manifestSchema = z.object({
  subject: z.object({ digest: z.string() }).optional(),
  layers: z
    .array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).optional() }))
    .optional(),
});
const trialSchema = z.object({
  step: z.string(),
  round: z.int(),
  side: z.string(),
  reports: z.array(z.object({ path: z.string(), digest: z.string() })),
});
const reportSchema = z.object({
  exit: z.int(),
  members: z.array(z.object({ baseline: z.string().optional(), candidate: z.string() })),
  suites: z.array(
    z.object({ suite: z.string(), findings: z.array(z.object({ kind: z.string(), name: z.string() })) }),
  ),
});
type Report = z.infer<typeof reportSchema>;

test('the demo promotes the one change and rejects the other, as the raw reports say', async (t) => {
  if (!peers.every((peer) => requirePeer(peer, t))) return;
  const { status, output } = await runDemo();
  assert.equal(status, 0, output);

  await t.test('the first change is promoted although tests fail on both sides', async () => {
    const report = await readReport('first');
    assert.equal(report.exit, 0);
    const expected = await expectations('first');
    assert.ok(expected.stillFailing.length > 0, 'the suite fails in places on both sides');
    assert.deepEqual([expected.lost, expected.regressed, expected.newFailing], [[], [], []]);
    assert.deepEqual(namesOf(report, 'still-failing', 'changed-failure'), expected.stillFailing);
    assert.match(output, /gate 0, promote 0/);
  });

  await t.test(
    'the second is rejected with exactly the lost and the new failing tests of the raw reports',
    async () => {
      const report = await readReport('second');
      assert.equal(report.exit, 3);
      const expected = await expectations('second');
      assert.ok(
        expected.lost.length > 0 && expected.newFailing.length > 0,
        'trixie takes tests away and adds failing ones',
      );
      assert.deepEqual(namesOf(report, 'lost-coverage'), expected.lost);
      assert.deepEqual(namesOf(report, 'new-failing'), expected.newFailing);
      assert.deepEqual(namesOf(report, 'still-failing', 'changed-failure'), expected.stillFailing);
      assert.match(output, /gate 3, promote 6/);
      assert.match(output, /distutils/, 'the error that explains the lost tests is shown');
    },
  );

  await t.test('the second gate found the name where the first promotion had put it', async () => {
    const [first, second] = [await readReport('first'), await readReport('second')];
    assert.equal(second.members[0]?.baseline, first.members[0]?.candidate);
  });
});

async function runDemo(): Promise<{ readonly status: number | undefined; readonly output: string }> {
  const child = spawn(process.execPath, ['demo/demo.ts'], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => resolve(code ?? undefined));
  });
  return { status, output: Buffer.concat(chunks).toString() };
}

async function readReport(name: string): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8')));
}

function namesOf(report: Report, ...kinds: readonly string[]): readonly string[] {
  return report.suites
    .flatMap(({ findings }) => findings)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ name }) => name)
    .toSorted();
}

interface Expectations {
  readonly lost: readonly string[];
  readonly regressed: readonly string[];
  readonly newFailing: readonly string[];
  readonly stillFailing: readonly string[];
}

/** The difference of both sides' first runs, over both suites. The k-th test of a name meets the k-th of the other side. */
async function expectations(bundle: string): Promise<Expectations> {
  const [before, after] = await Promise.all([rawTests(bundle, 'baseline'), rawTests(bundle, 'candidate')]);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const pick = (wanted: (was: boolean | undefined, is: boolean | undefined) => boolean): readonly string[] =>
    names
      .filter((key) => wanted(before.get(key), after.get(key)))
      .map(nameOfKey)
      .toSorted();
  return {
    lost: pick((was, is) => was === true && is === undefined),
    regressed: pick((was, is) => was === true && is === false),
    newFailing: pick((was, is) => was === undefined && is === false),
    stillFailing: pick((was, is) => was === false && is === false),
  };
}

/** Passed or not, by suite, name and place among equals. Tests that could not even be collected are no tests here. */
async function rawTests(bundle: string, side: string): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  const add = (suite: string, name: string, passed: boolean): void => {
    for (let place = 1; ; place += 1) {
      const key = `${suite}\n${place}\n${name}`;
      if (found.has(key)) continue;
      found.set(key, passed);
      return;
    }
  };
  for (const { title, text } of await rawReports(bundle, side)) {
    if (title.endsWith('.xml')) {
      for (const [, attributes = '', body = ''] of text.matchAll(
        /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs,
      )) {
        const name = attributes.match(/ name="([^"]*)"/)?.[1] ?? '';
        if (!body.includes('<error'))
          add('gyp', `${attributes.match(/classname="([^"]*)"/)?.[1]} ${name}`, body === '');
      }
    } else {
      for (const [, not, name = ''] of text.matchAll(/^(not )?ok \d+ (.*)$/gm))
        add('resolve', name, not === undefined);
    }
  }
  return found;
}

function nameOfKey(key: string): string {
  const [suite, , name = ''] = key.split('\n');
  return suite === 'gyp' ? (name.split(' ').at(-1) ?? '') : name;
}

/** The files that each suite's first run on this side left, as the evidence names them by digest. */
async function rawReports(
  bundle: string,
  side: string,
): Promise<readonly { readonly title: string; readonly text: string }[]> {
  const reports: { title: string; text: string }[] = [];
  const blob = (digest: string): Promise<string> =>
    readFile(path.join(folder, bundle, 'blobs', digest.replace(':', '/')), 'utf8');
  const index = indexSchema.parse(
    JSON.parse(await readFile(path.join(folder, bundle, 'index.json'), 'utf8')),
  );
  for (const { digest } of index.manifests) {
    const manifest = manifestSchema.parse(JSON.parse(await blob(digest)));
    if (manifest.subject === undefined) continue;
    const layers = new Map(
      manifest.layers?.map(({ digest: layer, annotations }) => [
        annotations?.['org.opencontainers.image.title'] ?? '',
        layer,
      ]),
    );
    for (const [title, layer] of layers) {
      if (!title.endsWith('/evidence.jsonl')) continue;
      const lines = (await blob(layer)).trimEnd().split('\n');
      const first = lines
        .map((line) => trialSchema.safeParse(JSON.parse(line)).data)
        .find((trial) => trial?.step === 'screen' && trial.round === 1 && trial.side === side);
      const archive = layers.get(title.replace('evidence.jsonl', 'reports.tar'));
      if (first === undefined || archive === undefined) continue;
      const file = path.join(folder, bundle, 'blobs', archive.replace(':', '/'));
      for (const { path: name, digest: content } of first.reports) {
        const { stdout } = await run('tar', ['-xOf', file, content.replace('sha256:', '')], {
          maxBuffer: 64 * 1024 * 1024,
        });
        reports.push({ title: name, text: stdout });
      }
    }
  }
  return reports;
}
