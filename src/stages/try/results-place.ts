import { isAbsolute, join, normalize, relative } from 'node:path/posix';
import { limits } from '../../base/limits.ts';
import { compileGlob, hasWildcard } from '../../model/glob.ts';
import type { Suite } from '../../model/suite.ts';
import type { CollectedPlace } from '../../ports/runner.ts';

/** Where the reports of a suite lie: in the deepest folder that the glob names, so that no more than it is searched. */
export function resultsPlace({ results, workdir }: Suite): CollectedPlace {
  if (results.format === 'exit-status') return { kind: 'nothing' };
  if (results.from.kind === 'stdout') return { kind: 'stdout', bytesMax: limits.stdoutReportBytesMax };
  const { glob } = results.from;
  const segments = glob.split('/');
  const wild = segments.findIndex(hasWildcard);
  const folders = segments.slice(0, wild === -1 ? -1 : wild);
  const folder = folders.join('/');
  return {
    kind: 'files',
    directory: isAbsolute(glob) ? join('/', folder) : join(workdir, folder),
    glob: segments.slice(folders.length).join('/'),
    bytesMax: limits.reportsBytesMax,
    filesMax: limits.reportFilesMax,
  };
}

/** Whether a path in the container, absolute, would be read as a report of this suite. */
export function isReportOf({ results, workdir }: Suite): (path: string) => boolean {
  if (results.format === 'exit-status' || results.from.kind === 'stdout') return () => false;
  const { glob } = results.from;
  const segments = normalize(glob).split('/');
  const start = segments.findIndex((segment) => segment !== '..' && segment !== '');
  const folder = join(isAbsolute(glob) ? '/' : workdir, ...segments.slice(0, start));
  const matches = compileGlob(segments.slice(start).join('/'), 'path');
  return (path) => {
    const below = relative(folder, path);
    return !below.startsWith('../') && matches(below);
  };
}
