/**
 * The rules of ARCHITECTURE.md as tables. There is no table of exceptions: a file that does not fit
 * is in the wrong place, or a rule is wrong and is changed here for all.
 */

export type Layer = keyof typeof layers;

/** What each layer may import. `own` is the file's own folder below the layer: its stage, or its port. */
export const layers = {
  base: { rule: 1, from: ['base'] },
  model: { rule: 1, from: ['base', 'model'] },
  ports: { rule: 1, from: ['base', 'model', 'ports'] },
  stages: { rule: 2, from: ['base', 'model', 'ports', 'own'] },
  adapters: { rule: 3, from: ['base', 'model', 'ports', 'own'] },
  flows: { rule: 4, from: ['base', 'model', 'ports', 'stages', 'flows'] },
  wire: { rule: 4, from: ['base', 'model', 'ports', 'adapters', 'flows', 'wire'] },
  cli: { rule: 5, from: ['base', 'model', 'flows', 'wire', 'cli'] },
  web: { rule: 5, from: ['base', 'model', 'flows', 'wire', 'web'] },
  worker: { rule: 5, from: ['base', 'model', 'flows', 'wire', 'worker'] },
  bin: { rule: 5, from: ['cli'] },
} as const satisfies Record<string, { readonly rule: number; readonly from: readonly string[] }>;

/** Without one of these the guard looks at the wrong place. `web` and `worker` come with the server. */
export const layersThatExist: readonly Layer[] = [
  'base',
  'model',
  'ports',
  'stages',
  'adapters',
  'flows',
  'wire',
  'cli',
  'bin',
];

/** Rule 6: every package that we ship with, and the parts that may import it. */
export const packageParts: Readonly<Record<string, readonly string[]>> = {
  '@octokit/core': ['src/adapters/forge/github/'],
  '@renovatebot/pep440': ['src/stages/parity/'],
  '@renovatebot/ruby-semver': ['src/stages/parity/'],
  commander: ['src/cli/'],
  saxes: ['src/stages/try/results/'],
  semver: ['src/stages/parity/'],
  'toml-eslint-parser': ['src/base/toml.ts'],
  undici: ['src/adapters/documents/', 'src/adapters/forge/exchange.ts'],
  yaml: ['src/base/yaml.ts'],
  zod: ['src/model/'],
};

/** Rule 6, for what Node brings: outside programs are started in one place, and the person’s own in another. */
export const builtinParts: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['src/base/command.ts', 'src/base/attached-command.ts'],
};

/** Layers that reach the world only through what they are handed. */
export const pureLayers: readonly Layer[] = ['model', 'stages'];

/** What a pure layer may take of Node; `*` is all of it. Hashing is pure, keys and random bytes are not. */
export const pureBuiltins: Readonly<Record<string, readonly string[] | '*'>> = {
  'node:buffer': ['Buffer', 'isUtf8', 'isAscii'],
  'node:crypto': ['createHash', 'hash', 'Hash', 'timingSafeEqual'],
  'node:path': ['posix'],
  'node:path/posix': '*',
  'node:string_decoder': '*',
  'node:util': [
    'inspect',
    'isDeepStrictEqual',
    'stripVTControlCharacters',
    'TextDecoder',
    'TextEncoder',
    'types',
  ],
  // Unpacks what it is handed, and nothing else.
  'node:zlib': ['inflateRawSync'],
};

/** Whoever imports it works on what is not trusted. */
export const hermeticWiring = 'src/wire/hermetic.ts';

/**
 * What builds or tries an untrusted branch, beside all that imports {@link hermeticWiring}, and what it must not reach by any
 * path of imports: the credentials of this machine and the wiring that hands them out.
 */
export const untrustedStarts: readonly RegExp[] = [
  /^src\/wire\/hermetic\.ts$/u,
  /^src\/wire\/receivers\.ts$/u,
  /^src\/flows\/gate\.ts$/u,
  /^src\/flows\/load\.ts$/u,
  /^src\/flows\/build[^/]*\.ts$/u,
  /^src\/stages\/build\/.+\.ts$/u,
  /^src\/stages\/try\/.+\.ts$/u,
];

export function holdsCredentials(path: string): boolean {
  if (path === 'src/wire/connected.ts' || path === 'src/wire/forges.ts') return true;
  // What speaks to a forge holds its token; the one in memory has none.
  if (path.startsWith('src/adapters/forge/')) return !/\/memory(?:-world)?\.ts$/u.test(path);
  return path.startsWith('src/adapters/credentials/') && path !== 'src/adapters/credentials/none.ts';
}
