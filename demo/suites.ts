import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ask, commandSpec } from './shell.ts';
import { runCommand } from '../src/base/command.ts';
import { Failure } from '../src/base/failure.ts';

/** The runner that one of the packages needs, as its authors pinned it. */
const runner = ['tape@4.11.0', 'object-keys@1.1.1', 'path-parse@1.0.6'] as const;

/** Two packages from npm that ship their own tests, below `folder`, with tape beside `resolve`. */
export async function fetchSuites(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const resolveHome = path.join(folder, 'resolve');
  await mkdir(resolveHome, { recursive: true });
  await Promise.all([
    unpackFromNpm('resolve@1.12.0', path.join(resolveHome, 'package')),
    unpackFromNpm('node-gyp@9.4.0', path.join(folder, 'node-gyp')),
    installFromNpm(runner, resolveHome),
  ]);
}

/** Unpacks a package as it was published; nothing of it is run. */
export async function unpackFromNpm(name: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const packed = await npm(['pack', '--silent', '--pack-destination', folder, name], folder);
  const tarball = path.join(folder, packed.trim().split('\n').at(-1) ?? '');
  await ask('tar', [
    '--extract',
    '--gzip',
    '--file',
    tarball,
    '--directory',
    folder,
    '--strip-components',
    '1',
  ]);
  await rm(tarball);
}

/** Installs packages into a folder that is there; none of their install scripts is run. */
export async function installFromNpm(names: readonly string[], folder: string): Promise<void> {
  await npm(['install', '--prefix', folder, '--no-package-lock', '--no-save', ...names], folder);
}

async function npm(words: readonly string[], cwd: string): Promise<string> {
  const quiet = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel',
    'error',
  ];
  const result = await runCommand(commandSpec('npm', [...words, ...quiet], { cwd }));
  if (result.status === 0) return result.stdout;
  throw new Failure(
    'program-failed',
    `npm ${words[0] ?? ''} ended with status ${result.status}: ${result.stderr.trim()}`,
    {
      hint: 'The test suites come from the npm registry; is it reachable?',
    },
  );
}
