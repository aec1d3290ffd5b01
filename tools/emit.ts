import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { z } from 'zod';
import { readPackageManifest } from './project-files.ts';

/**
 * Emits what is published into `dist`: the program with the parts of packages that it uses, as plain JavaScript. Hundreds
 * of small modules take longer to find than to run; a command loads a dozen files in their place.
 *
 * What commands share lies two folders deep, as `src/base` does, so that a path from a file to the package's root holds in both.
 */
async function main(): Promise<void> {
  const root = process.cwd();
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['bin/lockkeeper.ts'],
    outdir: dist,
    outbase: '.',
    chunkNames: 'src/shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // A person who reports a fault reports these names.
    minify: false,
    legalComments: 'none',
    banner: { js: requireForCommonJs },
    plugins: [undiciInPart(root), oneLanguage],
    logLevel: 'warning',
  });
  cpSync(join(root, 'data'), join(dist, 'data'), { recursive: true });
  writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licences(root, metafile));
  const { name, version, type } = readPackageManifest(root);
  writeFileSync(join(dist, 'package.json'), JSON.stringify({ name, version, type }));
}

/** Packages that are CommonJS ask for Node's own modules by `require`, which a module does not have. */
const requireForCommonJs = `import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url);`;

/**
 * All of `undici` is a hundred modules, of which a registry's client needs a third: without the rest, a command that asks a
 * registry takes 40 ms and 13 MB less. Whoever wants more of it than stands here is an error of this build.
 */
function undiciInPart(root: string): Plugin {
  return {
    name: 'undici-in-part',
    setup: (own) => {
      own.onResolve({ filter: /^undici$/ }, ({ importer }) =>
        // These two ask by `request`, which comes with the whole.
        /[/\\]adapters[/\\](?:forge|documents)[/\\]/.test(importer)
          ? undefined
          : { path: 'undici', namespace: 'in-part' },
      );
      own.onLoad({ filter: /^undici$/, namespace: 'in-part' }, () => ({
        contents: partsOfUndici,
        resolveDir: root,
      }));
    },
  };
}

/** As `undici/index.js` puts them together. */
const partsOfUndici = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import buildConnector from 'undici/lib/core/connect.js';
import errors from 'undici/lib/core/errors.js';
import api from 'undici/lib/api/index.js';
Object.assign(Dispatcher.prototype, api);
export { Agent, buildConnector, errors, Pool, ProxyAgent };
`;

/** The messages of `zod` in fifty languages, which nobody chooses from, are half of it; it brings English by itself. */
const oneLanguage: Plugin = {
  name: 'one-language',
  setup: (own) => {
    own.onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ path }) => ({
      path,
      namespace: 'one-language',
    }));
    own.onLoad({ filter: /./, namespace: 'one-language' }, () => ({ contents: 'export {};' }));
  },
};

/** The licences of all packages that a piece of is in what is published: their texts, and who wrote it where there is none. */
function licences(root: string, { inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap((path) => packageFolder.exec(path)?.[0] ?? []);
  return [...new Set(folders)]
    .toSorted()
    .map((folder) => {
      const own = thirdParty.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
      const texts = globSync('{LICENSE,LICENCE,license}*', { cwd: join(root, folder) }).toSorted();
      const author = typeof own.author === 'string' ? own.author : (own.author?.name ?? 'its authors');
      return [
        `${own.name} ${own.version}: ${own.license}, by ${author}`,
        ...texts.map((text) => readFileSync(join(root, folder, text), 'utf8').trim()),
      ].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

const thirdParty = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
});

const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

await main();
