import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
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
    const files = await readFolder(place, format);
    if (files.length > 0) return ofOneFormat(place, files, format);
    throw new Failure('results-missing', `${place} holds no result file`, {
      hint: 'Result files are called *.xml (JUnit) or *.tap (TAP); name others one by one, with --format.',
    });
  },
};

async function readFolder(folder: string, format: Format | undefined): Promise<readonly ResultFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && hasReportName(entry.name, format))
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
      hint: 'Say which one counts with --format junit or --format tap.',
    },
  );
}

function hasReportName(name: string, format: Format | undefined): boolean {
  const extension = path.extname(name).toLowerCase();
  return (format !== 'tap' && extension === '.xml') || (format !== 'junit' && extension === '.tap');
}

/** A name says it; where it does not, XML begins with `<` and TAP with none. */
function formatOf({ path: name, bytes }: ResultFile): Format {
  const extension = path.extname(name).toLowerCase();
  if (extension === '.xml') return 'junit';
  if (extension === '.tap') return 'tap';
  const start = Buffer.from(bytes.subarray(0, 1024))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return start.startsWith('<') ? 'junit' : 'tap';
}
