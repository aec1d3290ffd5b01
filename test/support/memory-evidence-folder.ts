import type { EvidenceFolder, EvidenceFolders } from '../../src/ports/evidence-folder.ts';

/** Folders of evidence in memory; `documents` holds what was written, by folder. */
export class MemoryEvidenceFolders implements EvidenceFolders {
  readonly documents = new Map<string, string>();
  readonly logs = new Map<string, Buffer>();

  open(folder: string): Promise<EvidenceFolder> {
    return Promise.resolve({
      read: () => Promise.resolve(this.documents.get(folder)),
      write: (document) => {
        this.documents.set(folder, document);
        return Promise.resolve();
      },
      writeLog: (name, bytes) => {
        this.logs.set(name, Buffer.from(bytes));
        return Promise.resolve(`logs/${name}`);
      },
    });
  }
}
