import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { unreachable } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { lookOf, reportFormats } from '../../model/report-format.ts';
import type { FoundResults, ResultFile, ResultFiles } from '../../ports/result-files.ts';

type Format = FoundResults['format'];

/** Reads result files from this machine's disk. */
export const resultFiles: ResultFiles = {
  async read(place, format) {
    const info = await lstat(place).catch((error: unknown) => {
      throw translateSystemError(error, place);
    });
    if (info.isFile()) return ofOneFormat(place, [await readOne(place, path.basename(place))], format);
    if (!info.isDirectory()) {
      throw new Failure('path-refused', `${place} is neither a file nor a folder`, {
        hint: 'Name the result file itself; links are not followed.',
      });
    }
    const files = await readFolder(place, extensionsOf(format));
    if (files.length > 0) return ofOneFormat(place, files, format);
    throw new Failure('results-missing', `${place} holds no result file`, {
      hint: 'Result files are called *.xml (JUnit), *.tap (TAP), *.json (CTRF) or *.jsonl (go test); name others one by one, with --format.',
    });
  },
};

/** Groups of extensions: those of the first group that the folder has any file of count. */
type Extensions = readonly (readonly string[])[];

/** JSON is written for many ends: unasked it counts only where there is no other report. */
function extensionsOf(format: Format | undefined): Extensions {
  switch (format) {
    case undefined:
      return [
        ['.xml', '.tap'],
        ['.json', '.jsonl'],
      ];
    case 'junit':
      return [['.xml']];
    case 'tap':
      return [['.tap']];
    case 'ctrf':
      return [['.json']];
    case 'go-test':
      return [['.jsonl', '.json', '.ndjson']];
    default:
      return unreachable(format);
  }
}

async function readFolder(folder: string, extensions: Extensions): Promise<readonly ResultFile[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = all.filter((entry) => entry.isFile());
  const has =
    (group: readonly string[]) =>
    (entry: { readonly name: string }): boolean =>
      group.includes(path.extname(entry.name).toLowerCase());
  const counting = extensions.find((group) => entries.some(has(group))) ?? [];
  const names = entries
    .filter(has(counting))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
  if (names.length > limits.reportFilesMax) {
    throw new Failure(
      'results-too-large',
      `${folder} holds ${names.length} result files; at most ${limits.reportFilesMax} are read`,
    );
  }
  const files: ResultFile[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = await readOne(path.join(folder, name), name);
    bytes += file.bytes.length;
    if (bytes > limits.reportsBytesMax) {
      throw new Failure(
        'results-too-large',
        `the result files below ${folder} hold more than ${limits.reportsBytesMax} bytes`,
      );
    }
    files.push(file);
  }
  return files;
}

async function readOne(file: string, name: string): Promise<ResultFile> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > limits.reportBytesMax) {
      throw new Failure(
        'results-too-large',
        `${file} holds ${size} bytes; at most ${limits.reportBytesMax} are read`,
      );
    }
    return { path: name, bytes: await handle.readFile() };
  } catch (error) {
    throw translateSystemError(error, file);
  }
}

function ofOneFormat(place: string, files: readonly ResultFile[], format: Format | undefined): FoundResults {
  if (format !== undefined) return { format, files };
  const formats = new Set(files.map(formatOf));
  const [only, ...others] = formats;
  if (only !== undefined && others.length === 0) return { format: only, files };
  throw new Failure(
    'results-invalid',
    `${place} holds results of several formats: ${[...formats].join(', ')}`,
    {
      hint: `Say which one counts with --format: ${reportFormats.join(', ')}.`,
    },
  );
}

/** A name says it; where it does not, the first bytes do. */
function formatOf({ path: name, bytes }: ResultFile): Format {
  const extension = path.extname(name).toLowerCase();
  if (extension === '.xml') return 'junit';
  if (extension === '.tap') return 'tap';
  const look = lookOf(bytes);
  if (look?.kind === 'report') return look.format;
  throw new Failure(
    'results-invalid',
    `${name} does not show which format it has${look === undefined ? '' : `: it looks like ${look.what}`}`,
    { hint: `Say it with --format: ${reportFormats.join(', ')}.` },
  );
}
