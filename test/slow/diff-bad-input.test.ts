import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { streamOf } from '../../src/base/stream.ts';
import { changeSchema } from '../../src/model/change-document.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { digestOf } from '../../src/model/digest.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { failureOfRun, runCommandLine } from '../support/command-line.ts';
import { hostileLayers, type HostileLayer } from '../support/hostile-layers.ts';
import { pushLayers } from '../support/layered-image.ts';

/** Each of them ends in a finding or a typed failure, in bounded time and memory, and nothing is written but the cache. */

const memoryMaxKiB = 256 * 1024;
// Of the processor, on a machine that may be busy with other things; a bomb counts as one when it has unpacked to a gigabyte.
const timeMaxMs = 2_000;
const bombMaxMs = 6_000;
const usage = path.join(import.meta.dirname, '../support/report-usage.ts');

async function layoutWith(folder: string, { packed, diffId, mediaType }: HostileLayer): Promise<void> {
  const layout = await diskLayouts.openOrCreate(folder);
  const put = async (bytes: Uint8Array, type: string): Promise<Descriptor> => {
    const descriptor = { mediaType: type, digest: digestOf(bytes), size: bytes.length };
    await layout.putBlob(descriptor, () => streamOf([bytes]));
    return descriptor;
  };
  await pushLayers(layout, { layers: [[{ name: 'sound', content: 'fine' }]], tag: 'sound' });
  const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [diffId] } };
  const descriptor = {
    mediaType: mediaType ?? mediaTypes.ociLayerGzip,
    digest: digestOf(packed),
    size: packed.length,
  };
  // Layers that lie elsewhere are in no layout.
  if (mediaType === undefined) await put(packed, descriptor.mediaType);
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: await put(Buffer.from(JSON.stringify(config)), mediaTypes.ociConfig),
    layers: [descriptor],
  };
  await layout.putManifest(
    parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest),
    'hostile',
  );
}

for (const [name, make] of Object.entries(hostileLayers)) {
  test(`${name}: told or refused, and nothing gets out`, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bad-input-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const hostile = make();
    await layoutWith(path.join(folder, 'layout'), hostile);
    const place = path.join(folder, 'place');
    for (const each of ['cwd', 'tmp', 'home']) await mkdir(path.join(place, each), { recursive: true });
    const used = path.join(folder, 'usage');
    const image = (tag: string): string => `oci:${path.join(folder, 'layout')}:${tag}`;
    const ended = await runCommandLine(['diff', image('sound'), image('hostile'), '--json'], {
      cwd: path.join(place, 'cwd'),
      node: ['--import', usage],
      env: {
        HOME: path.join(place, 'home'),
        TMPDIR: path.join(place, 'tmp'),
        XDG_CACHE_HOME: path.join(folder, 'cache'),
        TEST_USAGE_FILE: used,
      },
    });
    const [memoryKiB = Number.NaN, timeMs = Number.NaN] = (await readFile(used, 'utf8'))
      .split(' ')
      .map(Number);
    t.diagnostic(`${Math.round(memoryKiB / 1024)} MiB, ${timeMs} ms`);
    checkEnd(hostile.ends, ended);
    assert.doesNotMatch(ended.stdout, /[\u0007\u001b]/);
    assert.doesNotMatch(ended.stderr, /[\u0007\u001b\u202e]/);
    const written = await readdir(place, { recursive: true });
    assert.deepEqual(written.toSorted(), ['cwd', 'home', 'tmp']);
    assert.ok(memoryKiB <= memoryMaxKiB, `${memoryKiB} KiB`);
    assert.ok(timeMs <= (name.endsWith(' bomb') ? bombMaxMs : timeMaxMs), `${timeMs} ms`);
  });
}

function checkEnd(ends: HostileLayer['ends'], ended: Awaited<ReturnType<typeof runCommandLine>>): void {
  if (ends !== 'compared' && 'failure' in ends) {
    assert.notEqual(ended.status, 0, ended.stdout.slice(0, 500));
    failureOfRun(ended, ends.failure);
    return;
  }
  assert.equal(ended.status, 0, ended.stderr);
  const { platforms } = changeSchema.parse(JSON.parse(ended.stdout));
  if (ends !== 'compared') assert.match((platforms[0]?.findings ?? []).join('\n'), ends.finding);
}
