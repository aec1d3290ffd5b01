import { jsonOf } from '../../../base/json-path.ts';
import type { Toolchain, ToolchainResults } from '../../../model/survey.ts';
import type { RepoFiles } from '../repo-files.ts';

interface Manager {
  readonly install: string;
  /** Runs a program of the installed packages. */
  readonly exec: string;
  readonly test: string;
}

const managers: readonly (readonly [string, Manager])[] = [
  ['pnpm-lock.yaml', { install: 'pnpm install --frozen-lockfile', exec: 'pnpm exec', test: 'pnpm test' }],
  ['yarn.lock', { install: 'yarn install --frozen-lockfile', exec: 'yarn run', test: 'yarn test' }],
  [
    'package-lock.json',
    { install: 'npm ci --no-audit --no-fund', exec: 'npx --no-install', test: 'npm test' },
  ],
];

const npmWithoutLock: Manager = {
  install: 'npm install --no-audit --no-fund',
  exec: 'npx --no-install',
  test: 'npm test',
};

/** The `test` script of package.json, with a report where its runner can write one. */
export function nodeToolchain(files: RepoFiles): Toolchain | undefined {
  const { script, packages } = readPackage(files.text('package.json') ?? '');
  if (script === undefined || script.includes('no test specified')) return undefined;
  const manager = managers.find(([lock]) => files.has(lock))?.[1] ?? npmWithoutLock;
  const run = reporting(script, packages, manager);
  return {
    name: run.name,
    shownBy: 'package.json',
    command: packages.size === 0 ? run.command : `${manager.install} && ${run.command}`,
    results: run.results,
    fetches: packages.size === 0 ? undefined : `\`${manager.install}\` installs the packages`,
    env: run.env,
  };
}

interface Run {
  readonly name: string;
  readonly command: string;
  readonly results: ToolchainResults;
  readonly env: Readonly<Record<string, string>>;
}

const junit: ToolchainResults = { format: 'junit', files: 'out/junit.xml' };

/** The runner with its own report, where the script is nothing but this runner; else the script as it is. */
function reporting(script: string, packages: ReadonlySet<string>, manager: Manager): Run {
  // A longer line does more than run its tests.
  if (script.length > 300) return unknownRunner(script, manager);
  const [, runner = '', rest = ''] = /^([\w./-]+)((?:\s+[^&|;<>$`"'()]+)?)$/.exec(script.trim()) ?? [];
  const words = rest.trim();
  const line = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
  switch (runner) {
    case 'node': {
      if (!/^--test(?:\s|$)/.test(words)) break;
      const others = words.slice('--test'.length).trim();
      const reporter = '--test-reporter=junit --test-reporter-destination=out/junit.xml';
      return {
        name: 'node-test',
        command: `mkdir -p out && ${line('node --test', reporter, others)}`,
        results: junit,
        env: {},
      };
    }
    case 'vitest': {
      const others = words.replace(/^run\b\s*/, '');
      return {
        name: 'vitest',
        command: line(manager.exec, 'vitest run --reporter=junit --outputFile=out/junit.xml', others),
        results: junit,
        env: {},
      };
    }
    case 'jest': {
      if (!packages.has('jest-junit')) break;
      const command = line(manager.exec, 'jest --ci --reporters=default --reporters=jest-junit', words);
      return { name: 'jest', command, results: junit, env: { JEST_JUNIT_OUTPUT_FILE: 'out/junit.xml' } };
    }
    case 'mocha':
      return {
        name: 'mocha',
        command: line(manager.exec, 'mocha --reporter xunit --reporter-option output=out/junit.xml', words),
        results: junit,
        env: {},
      };
    case 'tape':
      return {
        name: 'tape',
        command: line(manager.exec, 'tape', words),
        results: { format: 'tap' },
        env: {},
      };
    case 'ava':
      return {
        name: 'ava',
        command: line(manager.exec, 'ava --tap', words),
        results: { format: 'tap' },
        env: {},
      };
    default:
  }
  return unknownRunner(script, manager);
}

function unknownRunner(script: string, manager: Manager): Run {
  const why = `the test script, \`${script.slice(0, 60)}\`, is not known to write a report; where its runner can write JUnit XML or TAP, name it here`;
  return { name: 'npm-test', command: manager.test, results: { format: 'exit-status', why }, env: {} };
}

function readPackage(text: string): {
  readonly script: string | undefined;
  readonly packages: ReadonlySet<string>;
} {
  // A package.json that is broken shows no test script.
  const document = asRecord(jsonOf(text));
  const script = asRecord(document['scripts'])['test'];
  const packages = ['dependencies', 'devDependencies'].flatMap((kind) =>
    Object.keys(asRecord(document[kind])),
  );
  return {
    script: typeof script === 'string' && script.trim() !== '' ? script : undefined,
    packages: new Set(packages),
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
