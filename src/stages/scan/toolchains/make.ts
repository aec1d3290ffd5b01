import type { Toolchain } from '../../../model/survey.ts';
import type { RepoFiles } from '../repo-files.ts';

/** `make test` or `make check`, whatever they do. */
export function makeToolchain(files: RepoFiles): Toolchain | undefined {
  const file = ['GNUmakefile', 'makefile', 'Makefile'].find((each) => files.has(each));
  if (file === undefined) return undefined;
  const target = ['test', 'check', 'tests'].find((each) =>
    new RegExp(`^${each}[ \\t]*:(?!=)`, 'm').test(files.text(file) ?? ''),
  );
  if (target === undefined) return undefined;
  return {
    name: `make-${target}`,
    shownBy: file,
    command: `make ${target}`,
    results: {
      format: 'exit-status',
      why: 'where the tests behind it can write JUnit XML or TAP, name it here',
    },
    fetches: undefined,
    env: {},
  };
}
