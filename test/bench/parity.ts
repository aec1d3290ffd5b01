import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { parseWatchState } from '../../src/model/parity-watch.ts';
import { parsePlatform } from '../../src/model/platform.ts';
import { carveInventory } from '../../src/stages/parity/inventory.ts';
import { artifactsProgram } from '../support/buildpack-files.ts';
import { pushLayers } from '../support/layered-image.ts';
import { builderLabels, type MadeBuilder } from '../support/parity-ground.ts';
import { median, program, run, runWithMemory, type Figure } from './measure.ts';

const rounds = 5;
const reposTotal = 1_000;
const artifactsTotal = 1_300;
const programBytes = 30 * 1024 * 1024;

/** What it takes to ask about one repository and about a thousand, and to cut a list out of a program. */
export async function parity(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-bench-parity-'));
  try {
    const layout = await makeBuilder(path.join(folder, 'builder'));
    return [carving(), await oneRepo(folder, layout), ...(await manyRepos(folder, layout))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bigProgram(): string {
  const list = artifactsProgram('node', ['26.5.0', '24.18.1', '22.23.1'], artifactsTotal);
  return `${'\u0001\u0000code and strings '.repeat(programBytes / 2 / 18)}${list}${'\u0000more '.repeat((programBytes / 2 - list.length) / 6)}`;
}

function carving(): Figure {
  const bytes = Buffer.from(bigProgram(), 'latin1');
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    const found = carveInventory(bytes, {
      least: artifactsTotal,
      platform: parsePlatform('linux/amd64'),
      source: 'bench',
    });
    if (found.kind !== 'versions' || found.versions.length < 1_000) throw new Error('the list was not found');
    return (performance.now() - started) / 1000;
  });
  const seconds = median(times);
  return {
    claim: `cutting ${artifactsTotal} artifacts out of ${(bytes.length / 1024 / 1024).toFixed(0)} MB`,
    measured: `${(seconds * 1000).toFixed(0)} ms`,
    peer: '—',
    value: seconds,
    limit: 0.5,
    unit: 's',
  };
}

async function makeBuilder(folder: string): Promise<string> {
  const made: MadeBuilder = {
    buildpacks: [
      { id: 'heroku/python', version: '2.7.1' },
      {
        id: 'heroku/nodejs',
        version: '5.3.0',
        files: [{ name: 'cnb/buildpacks/heroku_nodejs/5.3.0/bin/build', content: bigProgram() }],
      },
    ],
    order: [['heroku/python'], ['heroku/nodejs']],
  };
  const layout = await diskLayouts.openOrCreate(folder);
  await pushLayers(layout, {
    tag: 'builder',
    layers: made.buildpacks.flatMap(({ files }) => (files === undefined ? [] : [files])),
    settings: { Labels: builderLabels(made) },
  });
  return `oci:${folder}:builder`;
}

function makeRepo(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, '.python-version'), '3.14.0\n');
  writeFileSync(path.join(folder, 'package.json'), '{ "engines": { "node": "22.x", "npm": "10.x" } }\n');
  writeFileSync(path.join(folder, 'pyproject.toml'), '[project]\nname = "a"\nrequires-python = ">=3.12"\n');
  writeFileSync(path.join(folder, 'Procfile'), 'web: gunicorn app:app\n');
  return folder;
}

async function oneRepo(folder: string, builder: string): Promise<Figure> {
  const repo = makeRepo(path.join(folder, 'one'));
  const env = { ...process.env, XDG_CACHE_HOME: path.join(folder, 'cache') };
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { seconds, stdout } = await run(
      [process.execPath, program, 'parity', 'check', repo, '--builder', builder, '--quiet'],
      { env },
    );
    if (!stdout.includes('resolves to 22.23.1')) throw new Error(`the pins were not judged: ${stdout}`);
    // The first round looks into the layer, and keeps what it read.
    if (round > 0) times.push(seconds);
  }
  const seconds = median(times);
  return {
    claim: 'parity check of one repository, builder known',
    measured: `${(seconds * 1000).toFixed(0)} ms`,
    peer: '—',
    value: seconds,
    limit: 0.3,
    unit: 's',
  };
}

/** All in one process, as a night asks; its memory is what the kernel says. */
async function manyRepos(folder: string, builder: string): Promise<readonly Figure[]> {
  const repos = Array.from({ length: reposTotal }, (_, at) => makeRepo(path.join(folder, `repo-${at}`)));
  const ledger = path.join(folder, 'ledger');
  const words = ['parity', 'watch', ...repos, '--builder', builder, '--quiet', '--ledger', ledger];
  const { seconds, megabytes } = await runWithMemory(words, path.join(folder, 'peak'), {
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  });
  const judged = reposJudged(ledger);
  if (judged !== reposTotal) throw new Error(`${judged} of ${reposTotal} repositories were judged`);
  const claim = `parity watch of ${reposTotal} repositories`;
  return [
    { claim, measured: `${seconds.toFixed(1)} s`, peer: '—', value: seconds, limit: 60, unit: 's' },
    {
      claim: `${claim}, memory`,
      measured: `${megabytes.toFixed(0)} MB`,
      peer: '—',
      value: megabytes,
      limit: 400,
      unit: 'MB',
    },
  ];
}

/** How many repositories have a pin of which a channel has told whether it takes it. */
function reposJudged(ledger: string): number {
  const states = globSync('**/*', { cwd: ledger, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => parseWatchState(readFileSync(path.join(entry.parentPath, entry.name))) ?? []);
  return states
    .flatMap(({ repos }) => repos)
    .filter(({ pins }) => pins.some(({ harmed }) => harmed.length > 0)).length;
}
