import { access, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Failure } from '../src/base/failure.ts';
import { runCommand } from '../src/base/command.ts';
import type { Engine } from '../src/model/engine.ts';
import { ask, commandSpec, say, since } from './shell.ts';

/** The two Debian releases whose runtimes differ: Python 3.11 and Node 18, Python 3.13 and Node 20. */
export const releases = ['bookworm', 'trixie'] as const;
export type Release = (typeof releases)[number];

const packages = ['python3', 'python3-pytest', 'nodejs'];

/** Name in the engine's own store; no registry is asked for it. */
export function baseImage(release: Release): string {
  return `localhost/lockkeeper-demo-base:${release}`;
}

/**
 * Puts both base images into the engine: made by mmdebstrap from Debian's own packages where that runs
 * (Debian, as root), else built from Docker Hub's `debian` with the same packages.
 * What was downloaded is kept in `cache` for the next time.
 */
export async function makeBases(engine: Engine, cache: string): Promise<void> {
  const started = performance.now();
  await mkdir(cache, { recursive: true });
  const mirror = await debianMirror();
  if (mirror === undefined) {
    for (const release of releases) await buildFromHub(engine, cache, release);
  } else {
    await Promise.all(releases.map((release) => bootstrap(release, mirror, tarOf(cache, release))));
    for (const release of releases) await importTar(engine, cache, release);
  }
  say(`  both base images are there after ${since(started)}`);
}

/** The package that the first candidate has and the baseline has not; it needs nothing but the C library. */
const extraPackage = 'tree';

/** Copies the extra package's .deb file into `folder`; returns its file name. */
export async function takeExtraPackage(cache: string, folder: string): Promise<string> {
  const file = (await readdir(cache)).find(
    (name) => name.startsWith(`${extraPackage}_`) && name.endsWith('.deb'),
  );
  if (file === undefined)
    throw new Failure('program-failed', `${extraPackage} was not downloaded into ${cache}`);
  await copyFile(path.join(cache, file), path.join(folder, file));
  return file;
}

/** This machine's own mirror of Debian; undefined where mmdebstrap cannot be used. */
async function debianMirror(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !(await isInstalled('mmdebstrap'))) return undefined;
  const format = '$(COMPONENT) $(REPO_URI) $(SUITE)';
  const targets = await runCommand(
    commandSpec('apt-get', ['--no-release-info', 'indextargets', '--format', format, 'Created-By: Packages']),
  );
  const known = targets.stdout
    .split('\n')
    .map((line) => line.split(' '))
    .find(
      ([component, uri, suite]) =>
        component === 'main' && /\/debian\/?$/.test(uri ?? '') && suite !== undefined,
    );
  return known?.[1]?.replace(/\/$/, '') ?? 'http://deb.debian.org/debian';
}

async function bootstrap(release: Release, mirror: string, tar: string): Promise<void> {
  if (await exists(tar)) {
    say(`  ${release}: kept from the last time`);
    return;
  }
  const started = performance.now();
  say(`  ${release}: mmdebstrap with ${packages.join(', ')} …`);
  const partial = `${tar}.partial`;
  await rm(partial, { force: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const unneeded = ['doc', 'man', 'locale', 'info'].map((folder) => `"$1"/usr/share/${folder}`).join(' ');
  const result = await runCommand(
    commandSpec('mmdebstrap', [
      '--variant=essential',
      '--mode=root',
      `--include=${packages.join(',')}`,
      `--keyring=${keyring}`,
      '--aptopt=APT::Install-Recommends "0"',
      '--aptopt=Acquire::Languages "none"',
      '--dpkgopt=force-unsafe-io',
      '--format=tar',
      // Leaving files out while they are unpacked costs four times what removing them afterwards does.
      `--customize-hook=rm -rf ${unneeded}`,
      ...(release === 'bookworm' ? [`--customize-hook=${downloadInto(path.dirname(tar))}`] : []),
      release,
      partial,
      `deb ${mirror} ${release} main`,
    ]),
  );
  if (result.status !== 0) {
    throw new Failure(
      'program-failed',
      `mmdebstrap could not make ${release}: ${result.stderr.slice(-2000)}`,
    );
  }
  await rename(partial, tar);
  say(`  ${release}: made in ${since(started)}`);
}

async function importTar(engine: Engine, cache: string, release: Release): Promise<void> {
  await ask(engine.program, [...engine.globalArgs, 'import', tarOf(cache, release), baseImage(release)]);
}

async function buildFromHub(engine: Engine, cache: string, release: Release): Promise<void> {
  const folder = path.join(cache, release);
  await mkdir(folder, { recursive: true });
  const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  await writeFile(
    path.join(folder, 'Dockerfile'),
    `FROM docker.io/library/debian:${release}-slim\nRUN ${install}\n`,
  );
  say(`  ${release}: from Docker Hub's debian:${release}-slim …`);
  await ask(engine.program, [...engine.globalArgs, 'build', '--tag', baseImage(release), folder]);
  if (release !== 'bookworm') return;
  const name = `lockkeeper-demo-download-${process.pid}`;
  const script = `apt-get update -qq && mkdir /deb && cd /deb && apt-get download -qq ${extraPackage}`;
  await ask(engine.program, [
    ...engine.globalArgs,
    'run',
    '--name',
    name,
    baseImage(release),
    'sh',
    '-c',
    script,
  ]);
  await ask(engine.program, [...engine.globalArgs, 'cp', `${name}:/deb/.`, cache]);
  await ask(engine.program, [...engine.globalArgs, 'rm', '--force', name]);
}

/** mmdebstrap's hooks know the configuration of the apt that it works with. */
function downloadInto(folder: string): string {
  const quoted = `'${folder.replaceAll("'", `'\\''`)}'`;
  return `cd ${quoted} && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download -qq ${extraPackage}`;
}

function tarOf(cache: string, release: Release): string {
  return path.join(cache, `${release}.tar`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = await Promise.all(folders.map((folder) => exists(path.join(folder, program))));
  return found.includes(true);
}
