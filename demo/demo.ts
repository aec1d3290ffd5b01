import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { formatFailure } from '../src/cli/print/failure.ts';
import { exitStatus, Failure } from '../src/base/failure.ts';
import type { Engine } from '../src/model/engine.ts';
import { hermetic } from '../src/wire/hermetic.ts';
import { makeBases, takeExtraPackage } from './bases.ts';
import { makeProject, type Project } from './project.ts';
import { startRegistry, type DemoRegistry } from './registry.ts';
import { ask, bold, chapter, checkout, interruption, lockkeeper, say, since } from './shell.ts';
import { fetchSuites } from './suites.ts';

/**
 * The main job on real input, told as a story: a baseline that is in use, a candidate that is as good although 27 tests
 * fail on both, and a candidate that is worse. Everything lies below one folder; nothing is left running.
 */
async function demo(folder: string): Promise<void> {
  const started = performance.now();
  const tools = await hermetic(process.env, interruption.signal);
  const engine = await tools.engines.find(undefined, interruption.signal);
  await mkdir(folder, { recursive: true });

  chapter('Preparing: two Debian releases, a registry, and two test suites that we did not write');
  await Promise.all([
    makeBases(engine, path.join(folder, 'cache')),
    fetchSuites(path.join(folder, 'suites')),
  ]);
  const registry = await startRegistry(engine, path.join(folder, 'registry'));
  try {
    await story(engine, registry, folder);
  } finally {
    await registry.stop();
  }
  say(`\nIt took ${since(started)}. The registry has been stopped, and no container is left.`);
  say(
    `What was downloaded is kept for the next time; \`rm -r ${path.relative(process.cwd(), folder)}\` removes it.`,
  );
}

async function story(engine: Engine, registry: DemoRegistry, folder: string): Promise<void> {
  const image = `${registry.host}/demo/ci:latest`;
  const extra = await makeContext(folder, image);
  const { project } = extra;

  chapter('The baseline: bookworm, pushed by hand, as images get there today');
  await project.commitDockerfile('bookworm', undefined, 'CI image on bookworm');
  await pushBaseline(engine, project, image);
  say(`  ${image} stands at the image with Python 3.11 and Node 18.`);

  chapter('First change: one more package');
  await project.commitDockerfile('bookworm', extra.file, 'CI image: add tree');
  const first = await gate(project, 'first');
  const promoted =
    first === exitStatus.yes ? await lockkeeper(project.folder, 'promote', '../first') : undefined;

  chapter('Second change: trixie instead of bookworm');
  await project.commitDockerfile('trixie', undefined, 'CI image on trixie');
  const second = await gate(project, 'second');
  const refused = await lockkeeper(project.folder, 'promote', '../second');

  chapter('What happened');
  const page = (name: string): string => path.relative(process.cwd(), path.join(folder, `${name}.html`));
  say(`  One more package:  gate ${first}, promote ${promoted ?? 'not tried'}  → ${page('first')}`);
  say(`  trixie:            gate ${second}, promote ${refused} (refused)  → ${page('second')}`);
  if (
    first !== exitStatus.yes ||
    promoted !== exitStatus.yes ||
    second !== exitStatus.no ||
    refused !== exitStatus.refused
  ) {
    throw new Failure('program-failed', 'the story did not end as it should: see the statuses above', {
      hint: 'Please report it together with both pages.',
    });
  }
  say(`  ${bold('The first was promoted although tests fail in it: they fail in the baseline too.')}`);
  say(`  ${bold('The second was rejected, and the name stays where it was.')}`);
  say('\nNext: open both pages in a browser; then, in a repository of your own:');
  say(`  npm --prefix ${path.relative(process.cwd(), checkout) || '.'} run -s lockkeeper -- init --help`);
}

/** The exit status of the gate; build errors end the demo. */
async function gate(project: Project, name: string): Promise<number> {
  await rm(path.join(project.folder, '..', name), { recursive: true, force: true });
  const built = await lockkeeper(project.folder, 'build', '--out', `../${name}`);
  if (built !== exitStatus.yes)
    throw new Failure('build-failed', `lockkeeper build ended with status ${built}`);
  const reports = ['html', 'json', 'md'].flatMap((type) => ['--report', `../${name}.${type}`]);
  return lockkeeper(project.folder, 'gate', '--bundle', `../${name}`, ...reports);
}

async function makeContext(
  folder: string,
  image: string,
): Promise<{ readonly project: Project; readonly file: string }> {
  const project = await makeProject(path.join(folder, 'project'), {
    image,
    suites: path.join(folder, 'suites'),
  });
  const file = await takeExtraPackage(path.join(folder, 'cache'), path.join(project.folder, 'ci'));
  return { project, file };
}

async function pushBaseline(engine: Engine, project: Project, image: string): Promise<void> {
  const call = (...words: readonly string[]): Promise<string> =>
    ask(engine.program, [...engine.globalArgs, ...words]);
  await call(
    'build',
    '--tag',
    image,
    '--file',
    path.join(project.folder, 'ci/Dockerfile'),
    path.join(project.folder, 'ci'),
  );
  await (engine.kind === 'podman' ? call('push', '--tls-verify=false', image) : call('push', image));
}

const { values } = parseArgs({
  options: { folder: { type: 'string', default: path.join(checkout, '.lockkeeper/demo') } },
});
try {
  await demo(path.resolve(values.folder));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(
    formatFailure(error, { colour: process.stderr.isTTY, columns: process.stderr.columns ?? 80 }),
  );
  process.exitCode = error.exit;
}
