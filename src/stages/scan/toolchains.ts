import type { Toolchain } from '../../model/survey.ts';
import type { RepoFiles } from './repo-files.ts';
import { javaToolchains } from './toolchains/java.ts';
import { makeToolchain } from './toolchains/make.ts';
import { nodeToolchain } from './toolchains/node.ts';
import { otherToolchains } from './toolchains/other.ts';
import { pythonToolchain } from './toolchains/python.ts';

/** Files at the top of a repository whose text is looked at. */
export const toolchainFiles: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'Gemfile',
  'Rakefile',
  'Makefile',
  'GNUmakefile',
  'makefile',
  'composer.json',
]);

/** The ways of testing that the top of a repository shows, best known first; `make test` only where there is nothing else. */
export function findToolchains(files: RepoFiles): readonly Toolchain[] {
  const known = [
    pythonToolchain(files),
    nodeToolchain(files),
    ...otherToolchains(files),
    ...javaToolchains(files),
  ].filter((each) => each !== undefined);
  if (known.length > 0) return known;
  const make = makeToolchain(files);
  return make === undefined ? [] : [make];
}
