import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod';
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
