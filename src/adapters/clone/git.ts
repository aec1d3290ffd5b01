import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { programFailed, runCommand } from '../../base/command.ts';
import { Failure, isFailure, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { gitSpec, writeFilesAsBlobs, type GitEnvironment } from '../../base/git-command.ts';
import { traceEnvironment, troubleOf, wordsOf } from '../../base/git-trouble.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { safeLine } from '../../base/text.ts';
import type { Clone, CloneOrder, Clones } from '../../ports/clones.ts';

export interface GitClonesOptions {
  readonly env: GitEnvironment;
  /** Folder for what lies there for a while; absolute. */
  readonly temporary: () => Promise<string>;
  readonly bytesMax?: number;
}

/** Clones by git, shallow ones unless the history is wanted. What Git LFS keeps elsewhere stays a pointer. */
export function gitClones({ env, temporary, bytesMax = limits.cloneBytesMax }: GitClonesOptions): Clones {
  return {
    async make(order, signal): Promise<Clone> {
      throwIfInterrupted(signal);
      const above = await mkdtemp(path.join(await temporary(), 'clone-')).catch((error: unknown) => {
        throw translateSystemError(error, 'the folder for clones');
      });
      const clone = {
        folder: path.join(above, 'files'),
        [Symbol.asyncDispose]: () => rm(above, { recursive: true, force: true }),
      };
      try {
        await fetchInto({ order, env, above, bytesMax, signal });
        return clone;
      } catch (error) {
        await clone[Symbol.asyncDispose]();
        throwIfInterrupted(signal);
        throw translateSystemError(error, 'the folder for clones');
      }
    },
  };
}

interface Fetching {
  readonly order: CloneOrder;
  readonly env: GitEnvironment;
  readonly above: string;
  readonly bytesMax: number;
  readonly signal: AbortSignal | undefined;
}

async function fetchInto({ order, env, above, bytesMax, signal }: Fetching): Promise<void> {
  const { url, branch, whole = false } = order;
  const folder = path.join(above, 'files');
  const tooLarge = new AbortController();
  const words = [
    'clone',
    '--quiet',
    ...(whole ? [] : ['--depth', '1']),
    '--single-branch',
    '--no-tags',
    '--no-checkout',
    '--no-recurse-submodules',
  ];
  const options = [...(branch === undefined ? [] : ['--branch', branch])];
  const spec = {
    ...gitSpec(above, { ...env, ...traceEnvironment }, [
      ...words,
      ...options,
      '--end-of-options',
      url,
      folder,
    ]),
    timeoutMs: limits.cloneMs,
  };
  const signals = signal === undefined ? tooLarge.signal : AbortSignal.any([signal, tooLarge.signal]);
  const looking = setInterval(() => {
    void packedBytes(folder).then((bytes) => (bytes > bytesMax ? tooLarge.abort() : undefined));
  }, limits.cloneLookMs);
  try {
    const cloned = await runCommand({ ...spec, signal: signals });
    if (cloned.status !== 0) throw troubleOf(shown(url), wordsOf(cloned.stderr, []));
  } catch (error) {
    if (tooLarge.signal.aborted) throw larger(url, bytesMax);
    if (isFailure(error, 'program-timeout'))
      throw new Failure('remote-unreachable', `${shown(url)} took longer than ${limits.cloneMs / 1000} s`, {
        cause: error,
      });
    throw error;
  } finally {
    clearInterval(looking);
  }
  if ((await packedBytes(folder)) > bytesMax) throw larger(url, bytesMax);
  await checkOut(folder, { url, env, bytesMax, signal });
}

interface CheckingOut {
  readonly url: string;
  readonly env: GitEnvironment;
  readonly bytesMax: number;
  readonly signal: AbortSignal | undefined;
}

/** Zeros pack well: what the files take is added up before they are written. An empty repository has none. */
async function checkOut(folder: string, { url, env, bytesMax, signal }: CheckingOut): Promise<void> {
  const more = signal === undefined ? {} : { signal };
  const head = await runCommand({
    ...gitSpec(folder, env, ['rev-parse', '--quiet', '--verify', 'HEAD']),
    ...more,
  });
  if (head.status !== 0) return;
  const listing = gitSpec(folder, env, ['ls-tree', '-r', '--format=%(objectsize)', 'HEAD']);
  const listed = await runCommand({ ...listing, ...more });
  if (listed.status !== 0) throw programFailed(listing, listed);
  const bytes = listed.stdout.split('\n').reduce((sum, line) => sum + (Number(line) || 0), 0);
  if (bytes > bytesMax) throw larger(url, bytesMax);
  // Attributes are a stranger's: they could name any filter of this machine.
  await writeFilesAsBlobs(path.join(folder, '.git'));
  const words = ['checkout', '--quiet', '--detach', 'HEAD'];
  const checking = gitSpec(folder, env, words);
  const out = await runCommand({ ...checking, ...more });
  if (out.status !== 0) throw programFailed(checking, out);
}

/** What a clone has taken so far; what is not there yet takes nothing. */
async function packedBytes(folder: string): Promise<number> {
  const packs = path.join(folder, '.git/objects/pack');
  const names = await readdir(packs).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(packs, name))
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function larger(url: string, bytesMax: number): Failure {
  return new Failure('path-refused', `${shown(url)} is larger than ${bytesMax} bytes`, {
    hint: 'Clone it yourself, and name the folder.',
  });
}

function shown(url: string): string {
  return safeLine(url);
}
