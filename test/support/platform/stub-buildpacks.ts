import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TarMember } from '../../../src/base/tar-write.ts';
import { textFile } from '../images.ts';

/** A buildpack of shell that behaves as a real one is documented to; nothing of the real one is in it. */
export interface StubBuildpack {
  readonly id: string;
  readonly version: string;
  /** Names relative to the buildpack's folder. */
  readonly files: () => readonly TarMember[];
  /** What one of its files holds. */
  readonly text: (file: string) => Promise<string>;
}

export function script(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8');
}

interface PythonBehaviour {
  readonly reads: readonly string[];
  readonly rejects?: readonly string[];
  /** The newest patch of each minor version that it knows. */
  readonly newest: readonly string[];
  readonly default: string;
}

function herokuPython(version: string, behaviour: PythonBehaviour): StubBuildpack {
  const minors = behaviour.newest.map((each) => each.split('.').slice(0, 2).join('.'));
  const settings = [
    `reads="${behaviour.reads.join(' ')}"`,
    `rejects="${(behaviour.rejects ?? []).join(' ')}"`,
    `minors="${minors.join(' ')}"`,
    `default=${behaviour.default}`,
    ...behaviour.newest.map((each, at) => `newest_${(minors[at] ?? '').replace('.', '_')}=${each}`),
  ];
  return shellBuildpack({
    id: 'heroku/python',
    version,
    detect: 'heroku-python-detect.sh',
    build: 'heroku-python-build.sh',
    behaviour: settings,
  });
}

/** Does not read `.python-version`, so that a pin there is passed over without a word. */
export const herokuPython08 = herokuPython('0.8.0', {
  reads: ['runtime.txt'],
  newest: ['3.8.19', '3.9.19', '3.10.14', '3.11.9', '3.12.3'],
  default: '3.12.3',
});

/** Knows Python to 3.13, and refuses an unknown minor version before any download. */
export const herokuPython026 = herokuPython('0.26.1', {
  reads: ['runtime.txt', '.python-version'],
  newest: ['3.9.21', '3.10.16', '3.11.11', '3.12.9', '3.13.2'],
  default: '3.13.2',
});

export const herokuPython27 = herokuPython('2.7.0', {
  reads: ['.python-version'],
  rejects: ['runtime.txt'],
  newest: ['3.10.19', '3.11.14', '3.12.12', '3.13.9', '3.14.0'],
  default: '3.14.0',
});

/** Newer than any data of ours: only what they say themselves tells what they know. */
export const unknownPythons = {
  to313: herokuPython('99.0.0', {
    reads: ['.python-version'],
    newest: ['3.12.9', '3.13.2'],
    default: '3.13.2',
  }),
  to314: herokuPython('99.1.0', {
    reads: ['.python-version'],
    newest: ['3.13.9', '3.14.0'],
    default: '3.14.0',
  }),
};

/** Its table stands in its buildpack.toml; the person asks by a variable, and `.python-version` is not read. */
export const paketoCpython = paketo({
  id: 'paketo-buildpacks/cpython',
  version: '1.13.6',
  title: 'Paketo Buildpack for CPython',
  runtime: 'CPython',
  dependency: 'cpython',
  command: 'python',
  variable: 'BP_CPYTHON_VERSION',
  reads: [],
  versions: ['3.9.19', '3.10.14', '3.11.9', '3.12.3', '3.13.1'],
  default: '3.10.*',
});

/** `lts/*` and its like are no version to it. */
export const paketoNodeEngine = paketo({
  id: 'paketo-buildpacks/node-engine',
  version: '4.1.2',
  title: 'Paketo Buildpack for Node Engine',
  runtime: 'Node Engine',
  dependency: 'node',
  command: 'node',
  variable: 'BP_NODE_VERSION',
  reads: ['.nvmrc', '.node-version'],
  versions: ['18.20.4', '20.18.0', '22.9.0'],
  default: '20.*',
});

export const herokuNodejsEngine = shellBuildpack({
  id: 'heroku/nodejs-engine',
  version: '3.2.9',
  detect: 'node-detect.sh',
  build: 'heroku-nodejs-build.sh',
  behaviour: ['inventory="18.20.4 20.17.0 20.18.0 22.8.0 22.9.0"', 'default=20.x'],
});

interface PaketoBehaviour {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly runtime: string;
  readonly dependency: string;
  readonly command: string;
  readonly variable: string;
  readonly reads: readonly string[];
  readonly versions: readonly string[];
  readonly default: string;
}

function paketo(behaviour: PaketoBehaviour): StubBuildpack {
  const { id, version, title, runtime, dependency, command, variable, reads, versions } = behaviour;
  const table = versions.map(
    (each) => `
  [[metadata.dependencies]]
    id = "${dependency}"
    name = "${runtime}"
    stacks = ["io.buildpacks.stacks.jammy"]
    uri = "https://artifacts.paketo.io/${dependency}/${each}.tgz"
    version = "${each}"
`,
  );
  return shellBuildpack({
    id,
    version,
    detect: command === 'python' ? 'paketo-cpython-detect.sh' : 'node-detect.sh',
    build: 'paketo-build.sh',
    behaviour: [
      `title="${title}"`,
      `runtime="${runtime}"`,
      `dependency=${dependency}`,
      `command=${command}`,
      `variable=${variable}`,
      `reads="${reads.join(' ')}"`,
      `default="${behaviour.default}"`,
    ],
    metadata: `\n[metadata]\n  [metadata.default-versions]\n    ${dependency} = "${behaviour.default}"\n${table.join('')}`,
  });
}

interface ShellBuildpack {
  readonly id: string;
  readonly version: string;
  /** Files of this folder. */
  readonly detect: string;
  readonly build: string;
  readonly behaviour: readonly string[];
  /** The end of buildpack.toml. */
  readonly metadata?: string;
}

function shellBuildpack({
  id,
  version,
  detect,
  build,
  behaviour,
  metadata = '',
}: ShellBuildpack): StubBuildpack {
  return madeBuildpack(
    { id, version, detect: script(detect), build: script(build) },
    () => [textFile('behaviour', `${behaviour.join('\n')}\n`)],
    metadata,
  );
}

interface MadeBuildpack {
  readonly id: string;
  readonly version: string;
  /** The scripts themselves. */
  readonly detect: string;
  readonly build: string;
}

/** A buildpack of one's own scripts, for tests of such as lie or hang. */
export function madeBuildpack(
  { id, version, detect, build }: MadeBuildpack,
  more: () => readonly TarMember[] = () => [],
  metadata = '',
): StubBuildpack {
  const toml = `api = "0.10"\n\n[buildpack]\nid = "${id}"\nversion = "${version}"\nname = "${id}"\n${metadata}`;
  const files = (): readonly TarMember[] => [
    textFile('buildpack.toml', toml),
    textFile('bin/detect', detect, 0o755),
    textFile('bin/build', build, 0o755),
    ...more(),
  ];
  return {
    id,
    version,
    files,
    async text(name) {
      const found = files().find((file) => file.name === name);
      if (found?.kind !== 'file') throw new Error(`${id} has no ${name}`);
      return Buffer.concat(await Array.fromAsync(found.content)).toString('utf8');
    },
  };
}
