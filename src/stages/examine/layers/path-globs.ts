import { compileGlob, hasWildcard } from '../../../model/glob.ts';

/** Whether a path matches one of several globs. Layers hold a hundred thousand paths, so the usual forms are not walked. */
export function matchesPath(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map(testFor);
  return (path) => tests.some((matches) => matches(path));
}

function testFor(glob: string): (path: string) => boolean {
  if (!hasWildcard(glob)) return (path) => path === glob;
  const ending = /^\*\*\/\*(\.[^*?[{\\/]+)$/u.exec(glob)?.[1];
  return ending === undefined ? compileGlob(glob, 'path') : (path) => path.endsWith(ending);
}
