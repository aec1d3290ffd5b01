import { once } from 'node:events';
import process from 'node:process';
import { FileLayouts } from '../../src/adapters/registry/layout.ts';
import { machineFiles, type FileSystem } from '../../src/adapters/registry/files.ts';
import { parseDigest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';

/**
 * A program: copies an image with all that belongs to it from one layout into another, and dies by SIGKILL after the
 * n-th thing that it does to the disk. Arguments: both folders, the digest, n (0: never).
 */
async function main([from = '', to = '', digest = '', count = '0']: readonly string[]): Promise<void> {
  let left = Number(count);
  const effect = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    left -= 1;
    if (left !== 0) return result;
    process.kill(process.pid, 'SIGKILL');
    // The signal arrives when it arrives; nothing more happens here.
    await once(process, 'never');
    return result;
  };
  const fs: FileSystem = {
    ...machineFiles,
    rename: (old, fresh) => effect(machineFiles.rename(old, fresh)),
    mkdir: (folder) => effect(machineFiles.mkdir(folder)),
    async open(file, flags, mode) {
      const opened = await machineFiles.open(file, flags, mode);
      if (flags !== 'wx') return opened;
      return {
        read: (...args) => opened.read(...args),
        stat: () => opened.stat(),
        close: () => opened.close(),
        write: (...args) => effect(opened.write(...args)),
        sync: () => effect(opened.sync()),
      };
    },
  };
  const source = await new FileLayouts().open(from);
  const target = await new FileLayouts(fs).openOrCreate(to);
  await copyImage(source, target, parseDigest(digest), { tag: 'copied', withReferrers: true });
  process.stdout.write(`${Number(count) - left}\n`);
}

await main(process.argv.slice(2));
