/** A folder in which one document and its logs are kept, so that the work can go on later. */
export interface EvidenceFolders {
  /** Made where it is not there. @throws Failure `path-refused`, `file-denied`, `file-error` */
  open(folder: string): Promise<EvidenceFolder>;
}

export interface EvidenceFolder {
  /** Undefined: nothing was kept yet. @throws Failure `file-error`, `path-refused` (larger than may be) */
  read(): Promise<string | undefined>;
  /** Replaces the document as a whole. @throws Failure `disk-full`, `file-error` */
  write(document: string): Promise<void>;
  /** @returns its path within the folder. @throws Failure `disk-full`, `file-error` */
  writeLog(name: string, bytes: Uint8Array): Promise<string>;
}
