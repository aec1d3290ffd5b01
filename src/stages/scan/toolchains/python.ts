import type { Toolchain } from '../../../model/survey.ts';
import type { RepoFiles } from '../repo-files.ts';

/** pytest by its own marks; else tox, where it is set up; else unittest, where tests lie in the usual place. */
export function pythonToolchain(files: RepoFiles): Toolchain | undefined {
  const tox =
    files.text('tox.ini') ??
    (/^\[tool\.tox\]/m.test(files.text('pyproject.toml') ?? '') ? files.text('pyproject.toml') : undefined);
  const shown = pytestShownBy(files);
  if (tox !== undefined && (shown === undefined || shown === 'tox.ini')) return toxToolchain(files, tox);
  if (shown !== undefined) {
    return {
      name: 'pytest',
      shownBy: shown,
      // Run as a module, the checkout itself is on the path. The cache folder may not be writable.
      command: 'python3 -m pytest -p no:cacheprovider --junitxml=out/junit.xml',
      results: { format: 'junit', files: 'out/junit.xml' },
      fetches: undefined,
      env: {},
    };
  }
  const isPython = ['setup.py', 'setup.cfg', 'pyproject.toml'].find((file) => files.has(file));
  const hasTests = files.has('tests/__init__.py') || files.has('test/__init__.py');
  if (isPython === undefined || !hasTests) return undefined;
  return {
    name: 'unittest',
    shownBy: isPython,
    command: 'python3 -m unittest discover',
    results: {
      format: 'exit-status',
      why: 'unittest writes no report; pytest runs the same tests and writes JUnit XML',
    },
    fetches: undefined,
    env: {},
  };
}

function pytestShownBy(files: RepoFiles): string | undefined {
  const marks: readonly (readonly [string, RegExp])[] = [
    ['pyproject.toml', /^\[tool\.pytest/m],
    ['setup.cfg', /^\[tool:pytest\]/m],
    ['tox.ini', /^\[pytest\]/m],
    ['pyproject.toml', /\bpytest\b/],
    ['requirements.txt', /^pytest\b/m],
    ['requirements-dev.txt', /^pytest\b/m],
    ['dev-requirements.txt', /^pytest\b/m],
    ['test-requirements.txt', /^pytest\b/m],
    ['setup.py', /\bpytest\b/],
    ['setup.cfg', /\bpytest\b/],
  ];
  const own = ['pytest.ini', '.pytest.ini', 'conftest.py', 'tests/conftest.py', 'test/conftest.py'].find(
    (file) => files.has(file),
  );
  return own ?? marks.find(([file, mark]) => mark.test(files.text(file) ?? ''))?.[0];
}

function toxToolchain(files: RepoFiles, settings: string): Toolchain {
  // Words after `--` reach pytest only where the settings hand them on.
  const takesWords = /\bpytest\b[^\n]{0,500}\{posargs/.test(settings);
  return {
    name: 'tox',
    shownBy: files.has('tox.ini') ? 'tox.ini' : 'pyproject.toml',
    command: takesWords ? 'tox -- --junitxml=out/junit.xml' : 'tox',
    results: takesWords
      ? { format: 'junit', files: 'out/junit.xml' }
      : {
          format: 'exit-status',
          why: 'tox runs commands that do not take --junitxml from outside; hand {posargs} on to pytest, then results can be JUnit XML',
        },
    fetches: 'tox installs what it tests with',
    env: {},
  };
}
