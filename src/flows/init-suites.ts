import type { CiJob, Survey, Toolchain, ToolchainResults } from '../model/survey.ts';
import { command as commandField, mountPath, user } from '../model/config-fields.ts';
import { placeholderCommand } from '../model/config-placeholder.ts';
import { NameBook } from './init-names.ts';
import { plainVariables } from './init-plain.ts';

/** A suite that `init` proposes. */
export interface ProposedSuite {
  readonly name: string;
  /** One sentence a line: where it comes from, what is not known. */
  readonly comments: readonly string[];
  readonly command: string;
  readonly results: ToolchainResults;
  readonly network: 'none' | 'default';
  readonly env: Readonly<Record<string, string>>;
  readonly mount: string | undefined;
  readonly user: string | undefined;
}

export interface ProposedSuites {
  readonly suites: readonly ProposedSuite[];
  /** Names of the suites that guard an image, by the jobs that use it; none: nothing tells, so all do. */
  readonly guards: (jobs: readonly CiJob[]) => readonly string[];
}

/**
 * A job's tests by the toolchain that they use, since that can write a report; else the job's own commands.
 * Where no job tells, every toolchain that the repository shows.
 */
export function proposeSuites({ toolchains }: Survey, jobs: readonly CiJob[]): ProposedSuites {
  const names = new NameBook();
  const suites = new Map<string, ProposedSuite>();
  const ofJob = new Map<CiJob, string>();
  for (const job of jobs) {
    const scripts = job.scripts.filter((script) => looksLikeTests(script) && isCommand(script));
    if (scripts.length === 0) continue;
    const toolchain = toolchains.find(({ name }) =>
      scripts.some((script) => families.get(name)?.test(script)),
    );
    const proposed = toolchain === undefined ? jobSuite(job, scripts) : toolchainSuite(toolchain);
    const key = JSON.stringify([proposed.command, proposed.env, proposed.mount, proposed.user]);
    const known = suites.get(key);
    const name = known?.name ?? names.take(proposed.name);
    if (known === undefined) suites.set(key, { ...proposed, name });
    ofJob.set(job, name);
  }
  if (suites.size === 0) {
    for (const toolchain of toolchains) suites.set(toolchain.name, toolchainSuite(toolchain));
    if (toolchains.length === 0) suites.set('', placeholderSuite);
  }
  return {
    suites: [...suites.values()],
    guards: (using) => [...new Set(using.flatMap((job) => ofJob.get(job) ?? []))],
  };
}

const nodeFamily =
  /\b(?:npm|yarn|pnpm|npx)\b[^\n]{0,200}\b(?:t|test|jest|vitest|mocha|tape|ava)\b|\bnode --test\b/;

/** How a CI file calls what the toolchain of this name runs. */
const families: ReadonlyMap<string, RegExp> = new Map([
  ['pytest', /\b(?:pytest|py\.test)\b/],
  ['tox', /\btox\b/],
  ['unittest', /\bunittest\b/],
  ['node-test', nodeFamily],
  ['npm-test', nodeFamily],
  ['vitest', nodeFamily],
  ['jest', nodeFamily],
  ['mocha', nodeFamily],
  ['tape', nodeFamily],
  ['ava', nodeFamily],
  ['go-test', /\bgo test\b|\bgotestsum\b/],
  ['cargo-test', /\bcargo (?:test|nextest)\b/],
  ['rspec', /\brspec\b/],
  ['rake-test', /\brake\b[^\n]{0,100}\btest\b/],
  ['phpunit', /\bphpunit\b/],
  ['maven', /\bmvnw?\b[^\n]{0,200}\b(?:test|verify|install)\b/],
  ['gradle', /\bgradlew?\b[^\n]{0,200}\b(?:test|check|build)\b/],
  ['make-test', /\bmake test\b/],
  ['make-check', /\bmake check\b/],
  ['make-tests', /\bmake tests\b/],
]);

const anyTests =
  /(?:^|[\s/])[\w.-]{0,80}tests?[\w.-]{0,40}\.(?:sh|py|rb|pl|js|bash)\b|\b(?:nox|ctest|bats|prove|trial|nosetests|meson test|dotnet test|mix test|sbt test|bazel test|nix flake check)\b/m;

/** Control characters hide what would be run. */
function isCommand(script: string): boolean {
  return commandField.safeParse(script.trim()).success;
}

function looksLikeTests(script: string): boolean {
  return anyTests.test(script) || [...families.values()].some((family) => family.test(script));
}

const preparation =
  /\b(?:install|setup|set-up|bootstrap|prepare|restore|sync|npm ci|deps|dependencies|virtualenv|venv)\b|[\w-]{0,80}(?:setup|install|prepare)[\w-]{0,80}\.(?:sh|py)/i;
const notTests = /\b(?:docker|podman) (?:build|push|login)\b|\bcodecov\b|\bcoveralls\b|\bupload\b/i;

function jobSuite(job: CiJob, tests: readonly string[]): ProposedSuite {
  const wanted = job.scripts.filter(
    (script) =>
      tests.includes(script) || (preparation.test(script) && !notTests.test(script) && isCommand(script)),
  );
  return {
    name: job.name,
    comments: [
      `What the job ${job.name} runs (${job.file}:${job.line}), with the network that it had there; try without it.`,
    ],
    // Each was a step of its own, and the first that failed ended the job.
    command: [
      ...(wanted.join().includes('\n') || wanted.length > 1 ? ['set -e'] : []),
      ...wanted.map((script) => script.trim()),
    ].join('\n'),
    results: {
      format: 'exit-status',
      why: 'its commands are not known to write a report; where they can write JUnit XML or TAP, name it here',
    },
    network: 'default',
    env: plainVariables(job.env),
    mount: mountPath.safeParse(job.workdir).success ? job.workdir : undefined,
    user: user.safeParse(job.user).success ? job.user : undefined,
  };
}

function toolchainSuite({ name, shownBy, command, results, fetches, env }: Toolchain): ProposedSuite {
  return {
    name,
    comments: [`Shown by ${shownBy}.${fetches === undefined ? '' : ` It needs a network: ${fetches}.`}`],
    command,
    results,
    network: fetches === undefined ? 'none' : 'default',
    env,
    mount: undefined,
    user: undefined,
  };
}

const placeholderSuite: ProposedSuite = {
  name: 'tests',
  comments: ['REPLACE: the command that runs your tests in the image.'],
  command: placeholderCommand,
  results: { format: 'exit-status', why: 'the command is not known' },
  network: 'none',
  env: {},
  mount: undefined,
  user: undefined,
};
