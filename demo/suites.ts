import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ask, commandSpec } from './shell.ts';
import { runCommand } from '../src/base/command.ts';
import { Failure } from '../src/base/failure.ts';

/** Packages from npm that ship their own tests, and the runner that one of them needs, as its authors pinned them. */
const packages = ['resolve@1.12.0', 'node-gyp@9.4.0'] as const;
const runner = ['tape@4.11.0', 'object-keys@1.1.1', 'path-parse@1.0.6'] as const;

/** Unpacks both packages below `folder`, tape beside `resolve`, and runs none of their install scripts. */
export async function fetchSuites(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const resolveHome = path.join(folder, 'resolve');
  await mkdir(resolveHome, { recursive: true });
  await Promise.all([
    unpack('resolve@1.12.0', path.join(resolveHome, 'package')),
    unpack('node-gyp@9.4.0', path.join(folder, 'node-gyp')),
    npm(['install', '--prefix', resolveHome, '--no-package-lock', '--no-save', ...runner], resolveHome),
  ]);
}

async function unpack(name: (typeof packages)[number], folder: string): Promise<void> {
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
      hint: 'The demo takes its two test suites from the npm registry; is it reachable?',
    },
  );
}
