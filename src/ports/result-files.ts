/** Result files that somebody else made, on this machine. */
export interface ResultFiles {
  /**
   * The file, or all files below the folder whose names are those of reports, in byte order of their paths.
   * Links are not followed. Without `format`, names and first bytes tell; all files of one side have one format.
   * @throws Failure `path-missing`, `path-refused`, `results-missing`, `results-invalid` (no format, or several), `results-too-large`
   */
  read(path: string, format: 'junit' | 'tap' | undefined): Promise<FoundResults>;
}

export interface FoundResults {
  readonly format: 'junit' | 'tap';
  readonly files: readonly ResultFile[];
}

export interface ResultFile {
  /** Relative to the folder that was named, or the file's own name. */
  readonly path: string;
  readonly bytes: Uint8Array;
}
