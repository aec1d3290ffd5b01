import { apkReader } from './apk.ts';
import { composerReader } from './composer.ts';
import { condaReader } from './conda.ts';
import { dpkgListReader, dpkgStatusReader } from './deb.ts';
import type { FactsReader, LayerFile, PackageReader } from './facts-reader.ts';
import { gemReader } from './gem.ts';
import { goReader } from './golang.ts';
import { mavenReader } from './maven.ts';
import { npmReader } from './npm.ts';
import { nugetReader } from './nuget.ts';
import { osReleaseReader } from './os.ts';
import { pypiFilesReader, pypiReader } from './pypi.ts';
import { rpmLogReader, rpmReader } from './rpm.ts';

/** In the order in which they are asked; the first one that wants a file gets it. */
const readers: readonly PackageReader[] = [
  osReleaseReader,
  dpkgStatusReader,
  dpkgListReader,
  apkReader,
  rpmReader,
  rpmLogReader,
  pypiReader,
  pypiFilesReader,
  npmReader,
  gemReader,
  composerReader,
  condaReader,
  nugetReader,
  mavenReader,
  // Last: it wants whatever may be a program.
  goReader,
];

export const packageReaders = {
  /**
   * Counts up whenever a reader learns to see more or otherwise; facts that were kept under another number
   * are read again.
   */
  version: 1,

  /** Whether the file may tell of packages. */
  wants(file: LayerFile): boolean {
    return readers.some(({ wants }) => wants(file));
  },

  /** Undefined where the file tells nothing of packages. Hand every byte of the file to the reader, in order. */
  open(file: LayerFile): FactsReader | undefined {
    return readers.find(({ wants }) => wants(file))?.open(file);
  },
} as const;
