import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { EvidenceFolder, EvidenceFolders } from '../../ports/evidence-folder.ts';

const documentName = 'bisection.json';
const logsName = 'logs';

export const diskEvidenceFolders: EvidenceFolders = {
  async open(folder) {
    await onDisk(folder, () => mkdir(path.join(folder, logsName), { recursive: true }));
    return new DiskEvidenceFolder(folder);
  },
};

class DiskEvidenceFolder implements EvidenceFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(): Promise<string | undefined> {
    const file = path.join(this.#folder, documentName);
    try {
      const { size } = await stat(file);
      if (size > limits.bisectionBytesMax)
        throw new Failure('path-refused', `${file} is larger than ${limits.bisectionBytesMax} bytes`);
      return await readFile(file, 'utf8');
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, file);
    }
  }

  async write(document: string): Promise<void> {
    const file = path.join(this.#folder, documentName);
    await onDisk(file, () => replaceFile(file, document));
  }

  async writeLog(name: string, bytes: Uint8Array): Promise<string> {
    const file = path.join(this.#folder, logsName, name);
    await onDisk(file, () => replaceFile(file, bytes));
    return `${logsName}/${name}`;
  }
}

async function onDisk(place: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw translateSystemError(error, place);
  }
}
