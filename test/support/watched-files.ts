import { machineFiles, type FileSystem } from '../../src/adapters/registry/files.ts';

/** The machine's files; `before` runs before each call that changes something, and may throw or never come back. */
export function watchedFiles(before: () => Promise<void>): FileSystem {
  const then =
    <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await before();
      return work(...args);
    };
  return {
    ...machineFiles,
    rename: then((from: string, to: string) => machineFiles.rename(from, to)),
    link: then((existing: string, fresh: string) => machineFiles.link(existing, fresh)),
    unlink: then((file: string) => machineFiles.unlink(file)),
    mkdir: then((folder: string) => machineFiles.mkdir(folder)),
    rm: then((folder: string) => machineFiles.rm(folder)),
    async open(file, flags, mode) {
      if (flags !== 'wx') return machineFiles.open(file, flags, mode);
      await before();
      const opened = await machineFiles.open(file, flags, mode);
      return {
        read: (buffer, offset, length) => opened.read(buffer, offset, length),
        write: then((buffer: Uint8Array, offset: number, length: number) =>
          opened.write(buffer, offset, length),
        ),
        stat: () => opened.stat(),
        sync: then(() => opened.sync()),
        close: () => opened.close(),
      };
    },
  };
}
