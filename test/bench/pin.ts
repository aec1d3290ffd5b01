import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as z from 'zod';
import { startRegistry } from '../support/registry-server.ts';
import { median, run, runWithMemory, type Figure, type Run } from './measure.ts';
import {
  copyOf,
  imagesTotal,
  publishImages,
  writeEachOnce,
  writeManyFiles,
  writeTwoFiles,
} from './pin-ground.ts';

const renovateVersion = '44.94.0';
const rounds = 3;

interface Measured {
  readonly ours: number;
  readonly megabytes: number;
  readonly renovate: number;
}

/** `pin --update` with all its edits, beside what Renovate takes to find and look up the same names, cold. */
export async function pin(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-bench-pin-'));
  const registry = await startRegistry();
  try {
    const renovate = installRenovate();
    const names = await publishImages(registry.host);
    const [many, two, once] = [
      path.join(folder, 'many'),
      path.join(folder, 'two'),
      path.join(folder, 'once'),
    ];
    const [ofMany, ofTwo, ofOnce] = [
      writeManyFiles(many, names),
      writeTwoFiles(two, names),
      writeEachOnce(once, names),
    ];
    const place = (name: string): string => path.join(folder, name);
    await assertRenovateLooksUp(renovate, once, place('renovate-looks-up'));
    const inMany = await compare(many, ofMany, renovate, place);
    const inTwo = await compare(two, ofTwo, renovate, place);
    // All three start, and ask for the same names; what a further mention takes is what is left.
    const inOnce = await compare(once, ofOnce, renovate, place);
    const further = (seconds: number, mentions: number): number =>
      (seconds - inOnce.ours) / (mentions - ofOnce);
    const [each, eachOfTwo] = [further(inMany.ours, ofMany), further(inTwo.ours, ofTwo)];
    if (each <= 0 || eachOfTwo <= 0) throw new Error('the machine is too busy: more names took less time');
    return [
      {
        claim: `pin --update, ${ofMany} names in 500 files, beside Renovate’s extract and look-up`,
        measured: `${inMany.ours.toFixed(2)} s`,
        peer: `${inMany.renovate.toFixed(2)} s`,
        value: inMany.ours / inMany.renovate,
        limit: 1 / 15,
        unit: 'ratio',
      },
      {
        claim: 'the same, peak memory',
        measured: `${inMany.megabytes.toFixed(0)} MB`,
        peer: '',
        value: inMany.megabytes,
        limit: 200,
        unit: 'MB',
      },
      {
        claim: `${ofTwo} names in 2 files, time of a further name beside the above`,
        measured: `${(eachOfTwo * 1000).toFixed(2)} ms`,
        peer: `${(each * 1000).toFixed(2)} ms`,
        value: eachOfTwo / each,
        limit: 1,
        unit: 'ratio',
      },
      {
        claim: `${ofTwo} names in 2 files, beside Renovate’s extract and look-up`,
        measured: `${inTwo.ours.toFixed(2)} s`,
        peer: `${inTwo.renovate.toFixed(2)} s`,
        value: inTwo.ours / inTwo.renovate,
        limit: 1 / 15,
        unit: 'ratio',
      },
    ];
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const pinned = z.looseObject({ files: z.array(z.looseObject({ pins: z.array(z.unknown()) })) });

/** What Renovate says of itself when it is asked to: a peer that looked nothing up would be fast. */
async function assertRenovateLooksUp(renovate: string, repository: string, base: string): Promise<void> {
  const { stdout } = await renovateOnce(renovate, repository, base, 'debug');
  const found = stdout.match(/"newDigest"/g)?.length ?? 0;
  if (found < imagesTotal) throw new Error(`Renovate found ${found} new digests, not ${imagesTotal}`);
}

async function compare(
  repository: string,
  mentions: number,
  renovate: string,
  place: (name: string) => string,
): Promise<Measured> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  let megabytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const copy = copyOf(repository, place(`copy-${path.basename(repository)}-${round}`));
    const run1 = await runWithMemory(['pin', copy, '--update', '--json', '--quiet'], place('memory'));
    const count = pinned.parse(JSON.parse(run1.stdout)).files.reduce((sum, { pins }) => sum + pins.length, 0);
    if (run1.status !== 0 || count !== mentions) throw new Error(`${count} of ${mentions} names were pinned`);
    megabytes = Math.max(megabytes, run1.megabytes);
    ours.push(run1.seconds);
    const base = place(`renovate-${path.basename(repository)}-${round}`);
    theirs.push((await renovateOnce(renovate, repository, base, 'error')).seconds);
  }
  return { ours: median(ours), megabytes, renovate: median(theirs) };
}

/** Extract and look-up alone, with nothing in its cache; it edits nothing. */
async function renovateOnce(
  renovate: string,
  repository: string,
  base: string,
  log: 'error' | 'debug',
): Promise<Run> {
  mkdirSync(base);
  const config = path.join(base, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      platform: 'local',
      onboarding: false,
      requireConfig: 'ignored',
      dryRun: 'lookup',
      pinDigests: true,
      hostRules: [{ matchHost: 'localhost', hostType: 'docker', insecureRegistry: true }],
    }),
  );
  const env = { ...process.env, RENOVATE_CONFIG_FILE: config, RENOVATE_BASE_DIR: base, LOG_LEVEL: log };
  const ended = await run([process.execPath, renovate, '--platform=local'], {
    cwd: repository,
    env,
  });
  if (ended.status !== 0) throw new Error(`Renovate ended with status ${ended.status}`);
  return ended;
}

/** Once a machine; it is large, and no part of the project. */
function installRenovate(): string {
  const folder = path.join(tmpdir(), `lockkeeper-bench-renovate-${renovateVersion}`);
  const installed = path.join(folder, 'node_modules/renovate/dist/renovate.js');
  if (existsSync(installed)) return installed;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`installing Renovate ${renovateVersion} …\n`);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `renovate@${renovateVersion}`];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('Renovate cannot be installed');
  return installed;
}
