import { access, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode, translateSystemError } from '../../base/failure.ts';

/**
 * A folder of its own for what podman leaves about. The program that watches over its containers (conmon) leaves an empty
 * file `oom` in the folder that podman was started from, when the kernel takes a process for memory; older podman does
 * not look there and reports nothing. And an archive that podman reads from its standard input stays behind in the
 * folder for temporary files, whole.
 */
export class EngineFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** @throws Failure `disk-full`, `file-*` */
  static async create(temporary: string): Promise<EngineFolder> {
    try {
      return new EngineFolder(await mkdtemp(path.join(temporary, 'lockkeeper-run-')));
    } catch (error) {
      throw translateSystemError(error, temporary);
    }
  }

  async saysOutOfMemory(): Promise<boolean> {
    try {
      await access(path.join(this.path, 'oom'));
      return true;
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw translateSystemError(error, this.path);
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
