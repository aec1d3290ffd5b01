/** A folder in which gates leave what later ones may use. Who may write there is believed; what is read is checked all the same. */
export interface Ledger {
  /** For people. */
  readonly name: string;
  /** The files of one of its folders in byte order of their names; none where it is not there. Links are left out. */
  list(folder: string): Promise<readonly LedgerFile[]>;
  /** Undefined: it is not there (any more). @throws Failure `path-refused` where it is larger than `bytesMax` */
  read(folder: string, name: string, bytesMax: number): Promise<Uint8Array | undefined>;
  /** Writes a file whole or not at all, over one of the same name. @throws Failure `disk-full`, `file-denied`, `file-error` */
  write(folder: string, name: string, bytes: Uint8Array): Promise<void>;
  /** It need not be there. */
  remove(folder: string, name: string): Promise<void>;
}

export interface LedgerFile {
  readonly name: string;
  /** When it was written last; milliseconds since 1970. */
  readonly writtenMs: number;
}

export interface Ledgers {
  /** The folder need not be there; it is made when something is written. */
  open(path: string): Ledger;
}
