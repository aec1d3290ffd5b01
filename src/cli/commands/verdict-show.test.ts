import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as z from 'zod';
import { makeWorld, plainConfig, tap } from '../../../test/support/world.ts';
import { main } from '../main.ts';
import { buildBundle } from '../../flows/build.ts';
import { gate } from '../../flows/gate.ts';
import { parseReport } from '../../model/report-document.ts';
import { reportDocument } from '../report/document.ts';

async function run(cwd: string, ...words: readonly string[]) {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => void (out[name] += text),
    isTerminal: false,
    columns: 100,
  });
  const status = await main({
    words,
    env: {},
    cwd,
    clock: { now: () => new Date(0), monotonicMs: () => 0, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    ask: undefined,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  });
  return { status, ...out };
}

test('a verdict is shown where neither engine, registry nor config is, as the gate showed it', async (t) => {
  const { folder, config, tools, watching, push, behave } = await makeWorld(t, plainConfig);
  await push('ci', 'latest', 'old');
  behave(await push('ci', 'next', 'new'), () => ({ stdout: tap({ other: true }) }));
  const bundle = path.join(folder, 'made');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  const none = await run(folder, 'verdict', 'show', 'made');
  assert.equal(none.status, 6);
  assert.match(none.stderr, /error\[verdict-missing\][^]*lockkeeper gate --bundle made/);

  const order = { config, bundle, bundleName: 'there', images: [], madeBy: 'test', ledger: undefined };
  const judged = reportDocument(await gate(order, tools, watching));
  await cp(bundle, path.join(folder, 'elsewhere/there'), { recursive: true });
  await rm(bundle, { recursive: true });
  const elsewhere = path.join(folder, 'elsewhere');

  const shown = await run(elsewhere, 'verdict', 'show', 'there');
  assert.equal(shown.status, 3);
  assert.match(shown.stdout, /^✗ reject: regression — the image author’s move\n/);
  assert.match(shown.stdout, /judged again and gives this verdict, byte for byte\. 7 files, [\d.]+ KiB:\n/);
  assert.match(shown.stdout, /KiB {2}ci {2}verdict\.json\n/);

  const { kept, ...document } = parseReport(
    Buffer.from((await run(elsewhere, 'verdict', 'show', 'there', '--json')).stdout),
    'stdout',
  );
  assert.equal(kept?.length, 7);
  const suites = judged.suites.map(({ change: _change, ...suite }) => suite);
  assert.deepEqual(document, JSON.parse(JSON.stringify({ ...judged, suites })));
});

test('the same evidence gives the same words in every time zone, language and folder', async (t) => {
  const { folder, config, tools, watching, push, behave } = await makeWorld(t, plainConfig);
  await push('ci', 'latest', 'old');
  behave(await push('ci', 'next', 'new'), () => ({ stdout: tap({ 'ı İ ß 日本': false, other: true }) }));
  const bundle = path.join(folder, 'there');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  await gate(
    { config, bundle, bundleName: 'there', images: [], madeBy: 'test', ledger: undefined },
    tools,
    watching,
  );
  const elsewhere = path.join(folder, 'a b', 'elsewhere');
  await cp(bundle, path.join(elsewhere, 'there'), { recursive: true });

  const program = path.resolve(import.meta.dirname, '../../../bin/lockkeeper.ts');
  const shown = async (cwd: string, env: Readonly<Record<string, string>>): Promise<string> => {
    const words = [program, 'verdict', 'show', 'there', '--json'];
    const ended = promisify(execFile)(process.execPath, words, { cwd, env }).catch((error: unknown) => error);
    return z.object({ code: z.literal(3), stdout: z.string(), stderr: z.literal('') }).parse(await ended)
      .stdout;
  };
  const here = await shown(folder, { TZ: 'UTC', LC_ALL: 'C' });
  const there = await shown(elsewhere, {
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'tr_TR.UTF-8',
    LANG: 'tr_TR.UTF-8',
  });
  assert.equal(there, here);
  assert.equal(parseReport(Buffer.from(here), 'stdout').verdict.kind, 'reject: regression');
});
