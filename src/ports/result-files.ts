import type { ReportFormat } from '../model/report-format.ts';

/** Result files that somebody else made, on this machine. */
export interface ResultFiles {
  /**
   * The file, or all files below the folder whose names are those of reports, in byte order of their paths.
   * Links are not followed. Without `format`, the name of a file or else its first bytes tell; in a folder, files called
   * *.xml and *.tap are reports, and where it has none of them, *.json and *.jsonl. All files of one side have one format.
   * @throws Failure `path-missing`, `path-refused`, `results-missing`, `results-invalid` (no format, or several), `results-too-large`
   */
  read(path: string, format: ReportFormat | undefined): Promise<FoundResults>;
}

export interface FoundResults {
  readonly format: ReportFormat;
  readonly files: readonly ResultFile[];
}

export interface ResultFile {
  /** Relative to the folder that was named, or the file's own name. */
  readonly path: string;
  readonly bytes: Uint8Array;
}
