import { machineFiles, type FileSystem } from '../../src/adapters/registry/files.ts';

/** What changes a disk. */
export type DiskChange = 'create' | 'write' | 'sync' | 'rename' | 'link' | 'unlink' | 'mkdir' | 'rm';

/** The machine's files; `before` runs before each call that changes something, and may throw or never come back. */
export function watchedFiles(before: (change: DiskChange) => Promise<void>): FileSystem {
  const then =
    <Args extends readonly unknown[], Result>(change: DiskChange, work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await before(change);
      return work(...args);
    };
  return {
    ...machineFiles,
    rename: then('rename', (from: string, to: string) => machineFiles.rename(from, to)),
    link: then('link', (existing: string, fresh: string) => machineFiles.link(existing, fresh)),
    unlink: then('unlink', (file: string) => machineFiles.unlink(file)),
    mkdir: then('mkdir', (folder: string) => machineFiles.mkdir(folder)),
    rm: then('rm', (folder: string) => machineFiles.rm(folder)),
    async open(file, flags, mode) {
      if (flags !== 'wx') return machineFiles.open(file, flags, mode);
      await before('create');
      const opened = await machineFiles.open(file, flags, mode);
      return {
        read: (...args) => opened.read(...args),
        write: then('write', (buffer: Uint8Array, offset: number, length: number) =>
          opened.write(buffer, offset, length),
        ),
        stat: () => opened.stat(),
        sync: then('sync', () => opened.sync()),
        close: () => opened.close(),
      };
    },
  };
}

export function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
}
