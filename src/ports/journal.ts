/** What a command over many repositories has done so far, kept so that another run goes on where it ended. */
export interface Journals {
  /**
   * Opens or begins the journal of an order. A last line that a crash cut off is left out.
   * @param file absolute
   * @param order what was asked for, on one line: a journal of another order is not gone on with
   * @throws Failure `output-exists` when it is of another order, or no journal; `file-*`, `disk-full`
   */
  open(file: string, order: string): Promise<Journal>;
}

export interface Journal {
  /** Lines of earlier runs, in their order. */
  readonly lines: readonly string[];
  /** On the disk when it settles. */
  add(line: string): Promise<void>;
}
