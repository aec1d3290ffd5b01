import { createReadStream } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import process from 'node:process';
import { createGunzip } from 'node:zlib';
import { runCommand, type CommandSpec } from '../../base/command.ts';
import { isFailure, systemErrorCode } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { containerLabel, type Engine } from '../../model/engine.ts';
import type { Machine } from '../../ports/machine.ts';

export interface LocalMachineOptions {
  /** What git needs in order to be found. */
  readonly env: Readonly<Record<string, string>>;
  readonly temporary: string;
}

/** This machine. */
export class LocalMachine implements Machine {
  readonly node: string = process.versions.node;
  readonly temporary: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor({ env, temporary }: LocalMachineOptions) {
    this.#env = env;
    this.temporary = temporary;
  }

  async git(): Promise<string | undefined> {
    const answer = await ask({
      program: 'git',
      args: ['--version'],
      env: this.#env,
      timeoutMs: limits.engineQuestionMs,
    });
    return answer === undefined ? undefined : (/\d+(?:\.\d+)+/.exec(answer)?.[0] ?? answer.trim());
  }

  async freeBytes(folder: string): Promise<number | undefined> {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  async engineRoot(engine: Engine): Promise<string | undefined> {
    const format = engine.kind === 'docker' ? '{{.DockerRootDir}}' : '{{.Store.GraphRoot}}';
    const args = [...engine.globalArgs, 'info', '--format', format];
    const answer = await ask({
      program: engine.program,
      args,
      env: engine.env,
      timeoutMs: limits.engineQuestionMs,
    });
    const root = answer?.trim();
    return root?.startsWith('/') === true ? root : undefined;
  }

  async ownContainers(engine: Engine): Promise<readonly string[]> {
    const format = ['--format', '{{.Names}} ({{.Status}})'];
    const answer = await ask({
      program: engine.program,
      args: [...engine.globalArgs, 'ps', '--all', '--filter', `label=${containerLabel}`, ...format],
      env: engine.env,
      timeoutMs: limits.engineQuestionMs,
    });
    return (answer ?? '').split('\n').filter((line) => line !== '');
  }

  async changelog(packageName: string): Promise<string | undefined> {
    if (!/^[a-z0-9][a-z0-9.+-]{0,60}$/.test(packageName)) return undefined;
    return readZipped(`/usr/share/doc/${packageName}/changelog.Debian.gz`);
  }

  async kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
    try {
      const found = await stat(path);
      return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return 'nothing';
    }
  }
}

/** What a program says; undefined when it is not installed or does not answer. */
async function ask(spec: CommandSpec): Promise<string | undefined> {
  try {
    const { status, stdout } = await runCommand(spec);
    return status === 0 ? stdout : undefined;
  } catch (error) {
    if (isFailure(error, 'program-missing', 'program-failed', 'program-timeout', 'program-output'))
      return undefined;
    throw error;
  }
}

/** The beginning of a zipped text, where the newest entries stand. */
async function readZipped(path: string): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const file = createReadStream(path);
  const text = createGunzip();
  file.on('error', (error) => text.destroy(error));
  try {
    for await (const chunk of file.pipe(text)) {
      if (!(chunk instanceof Uint8Array)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limits.answerBytesMax) break;
    }
  } catch (error) {
    // A change log that is not there or is damaged tells nothing.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    file.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}
