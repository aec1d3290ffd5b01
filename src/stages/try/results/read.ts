import { isFailure, formatWhere, type Failure } from '../../../base/failure.ts';
import { unreachable } from '../../../base/invariant.ts';
import { limits } from '../../../base/limits.ts';
import { plural } from '../../../base/text.ts';
import type { Observation } from '../../../model/observation.ts';
import { lookOf, reportTitles, type ReportFormat } from '../../../model/report-format.ts';
import type { BrokenReport, ReportState } from '../../../model/trial.ts';
import { readCtrf } from './ctrf.ts';
import { readGoTest } from './go-test.ts';
import { readJunit } from './junit.ts';
import { ObservationList, type ReportFile } from './observation-list.ts';
import { readTap } from './tap.ts';
import { inUtf8 } from './utf8.ts';

export interface Results {
  /** In the order of the reports, by the code units of their paths. */
  readonly observations: readonly Observation[];
  readonly report: ReportState;
}

export interface ReadOptions {
  /** Where the source lay: absolute paths in reports are made relative to it. Undefined: they are kept. */
  readonly mount: string | undefined;
  /** The tests of a TAP report, which has no place for a file, are named after its path. By default where there are several. */
  readonly namesFiles?: boolean;
}

/**
 * Reads the reports of one run, which are hostile input: nothing that they hold makes this throw. One that cannot be
 * read breaks the report as a whole, since it may have held a failure; what the others hold is there all the same, unless
 * one is too large.
 */
export function readResults(
  format: ReportFormat,
  files: readonly ReportFile[],
  options: ReadOptions,
): Results {
  const list = new ObservationList();
  if (files.length === 0) return { observations: list.all, report: broken('missing', 'no report was left') };
  const excess = sizeFault(files);
  if (excess !== undefined) return { observations: list.all, report: excess };
  const namesFile = options.namesFiles ?? files.length > 1;
  const faults: Extract<ReportState, { kind: 'broken' }>[] = [];
  for (const file of files.toSorted(byPath)) {
    const state = readOne(format, file, () =>
      readAs(format, file, { list, mount: options.mount, namesFile }),
    );
    if (state.kind === 'broken') faults.push(state);
  }
  const [first, ...others] = faults;
  if (first === undefined) return { observations: list.all, report: { kind: 'complete' } };
  const more =
    others.length === 0 ? '' : `; ${plural(others.length, 'more report is', 'more reports are')} broken`;
  // Of what is too large, the part that was read says nothing that is worth its place.
  const observations = faults.some(({ code }) => code === 'too-large') ? [] : list.all;
  return { observations, report: broken(first.code, first.why + more) };
}

interface Reading {
  readonly list: ObservationList;
  readonly mount: string | undefined;
  readonly namesFile: boolean;
}

function readAs(format: ReportFormat, file: ReportFile, { list, mount, namesFile }: Reading): ReportState {
  switch (format) {
    case 'junit':
      return readJunit(file, list, mount);
    case 'tap':
      return readTap(inUtf8(file), list, { mount, namesFile });
    case 'ctrf':
      return readCtrf(inUtf8(file), list, mount);
    case 'go-test':
      return readGoTest(inUtf8(file), list);
    default:
      return unreachable(format);
  }
}

function sizeFault(files: readonly ReportFile[]): ReportState | undefined {
  if (files.length > limits.reportFilesMax)
    return broken('too-large', `there are more than ${limits.reportFilesMax} reports`);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > limits.reportsBytesMax)
    return broken('too-large', `the reports are larger than ${limits.reportsBytesMax} bytes`);
  return undefined;
}

function readOne(format: ReportFormat, file: ReportFile, read: () => ReportState): ReportState {
  if (file.bytes.length > limits.reportBytesMax) {
    return broken('too-large', `${file.path} is larger than ${limits.reportBytesMax} bytes`);
  }
  try {
    return read();
  } catch (error) {
    if (!isFailure(error, 'results-invalid', 'results-too-large', 'results-refused')) throw error;
    const where = formatWhere(error.where ?? { file: file.path });
    return broken(
      codeOf(error),
      `${where} cannot be read as ${reportTitles[format]}: ${error.message}${mistaken(format, file)}`,
    );
  }
}

/** What the file seems to be, where that is something else. */
function mistaken(format: ReportFormat, { bytes }: ReportFile): string {
  const look = lookOf(bytes);
  if (look === undefined || (look.kind === 'report' && look.format === format)) return '';
  const what =
    look.kind === 'other'
      ? look.what
      : `${reportTitles[look.format]}, which is read as format ${look.format}`;
  return `; it looks like ${what}`;
}

function codeOf({ code }: Failure): BrokenReport {
  switch (code) {
    case 'results-too-large':
      return 'too-large';
    case 'results-refused':
      return 'refused';
    default:
      return 'malformed';
  }
}

function broken(code: BrokenReport, why: string): Extract<ReportState, { kind: 'broken' }> {
  return { kind: 'broken', code, why };
}

function byPath(left: ReportFile, right: ReportFile): number {
  if (left.path === right.path) return 0;
  return left.path < right.path ? -1 : 1;
}
