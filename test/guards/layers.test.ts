import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLayers, formatViolation, isHeld, type Violation } from '../../tools/layers.ts';
import { filesInGit, filesOnDisk, readPackageManifest, readTexts } from '../../tools/project-files.ts';

const root = process.cwd();
const dependencies = Object.keys(readPackageManifest(root).devDependencies);

test('every source file keeps the rules of ARCHITECTURE.md', () => {
  const texts = readTexts(root, filesOnDisk(root).filter(isHeld));
  assert.deepEqual(checkLayers(texts, dependencies).map(formatViolation), []);
});

test('the guard sees every source file that git sees', (t) => {
  const seen = new Set(filesOnDisk(root));
  const known = filesInGit(root);
  if (known === undefined) {
    t.diagnostic('not a git checkout: there is nothing to compare with');
    return;
  }
  const sources = known.filter((path) => /^(?:src|bin)\//u.test(path) && path.endsWith('.ts'));
  assert.ok(sources.length > 0, 'git knows no source file');
  assert.deepEqual(
    sources.filter((path) => !seen.has(path)),
    [],
  );
});

/** A small tree that keeps every rule; each mutation below breaks one. */
const soundTree: Readonly<Record<string, string>> = {
  'bin/lockkeeper.ts': `import { main } from '../src/cli/main.ts'; main();`,
  'src/base/failure.ts': `export class Failure extends Error {}`,
  'src/base/yaml.ts': `import { parse } from 'yaml'; export const load = parse;`,
  'src/base/command.ts': `import { spawn } from 'node:child_process'; export const run = () => spawn('x');`,
  'src/model/digest.ts': `import { createHash } from 'node:crypto'; import type { Failure } from '../base/failure.ts'; export type D = Failure; export const h = createHash;`,
  'src/model/config.ts': `import * as z from 'zod'; import { parse } from '../base/yaml.ts'; export const read = (given: { fetch(): void }) => { given.fetch(); return z.parse(parse('')); };`,
  'src/ports/builder.ts': `import type { D } from '../model/digest.ts'; export interface Builder { readonly d: D }`,
  'src/ports/credentials.ts': `export interface Credentials {}`,
  'src/stages/build/build.ts': `import type { Builder } from '../../ports/builder.ts'; import { tag } from './tag.ts'; export const b = (x: Builder, at: number) => tag(x, new Date(at));`,
  'src/stages/build/tag.ts': `export const tag = (...x: unknown[]) => x;`,
  'src/stages/try/try.ts': `export const attempt = 1;`,
  'src/stages/try/results/junit.ts': `import { SaxesParser } from 'saxes'; export const p = SaxesParser;`,
  'src/adapters/builder/buildkit.ts': `import type { Builder } from '../../ports/builder.ts'; import { run } from '../../base/command.ts'; export const b = (): Builder => run();`,
  'src/adapters/forge/exchange.ts': `import { request } from 'undici'; export const r = request;`,
  'src/adapters/credentials/docker-config.ts': `import type { Credentials } from '../../ports/credentials.ts'; export const c: Credentials = {};`,
  'src/adapters/credentials/none.ts': `import type { Credentials } from '../../ports/credentials.ts'; export const none: Credentials = {};`,
  'src/flows/build.ts': `import { b } from '../stages/build/build.ts'; export const flow = b;`,
  'src/flows/load.ts': `export const load = 1;`,
  'src/wire/receivers.ts': `export const receivers = 1;`,
  'src/flows/gate.ts': `import { attempt } from '../stages/try/try.ts'; export const gate = attempt;`,
  'src/flows/promote.ts': `import { gate } from './gate.ts'; export const promote = gate;`,
  'src/wire/hermetic.ts': `import { none } from '../adapters/credentials/none.ts'; import { b } from '../adapters/builder/buildkit.ts'; export const hermetic = [none, b];`,
  'src/wire/connected.ts': `import { c } from '../adapters/credentials/docker-config.ts'; export const connected = c;`,
  'src/cli/main.ts': `import { Command } from 'commander'; export const main = async () => [Command, await import('./commands/build.ts'), await import('./commands/promote.ts')];`,
  'src/cli/commands/build.ts': `import { hermetic } from '../../wire/hermetic.ts'; import { flow } from '../../flows/build.ts'; export const build = [hermetic, flow];`,
  'src/cli/commands/gate.ts': `import { hermetic } from '../../wire/hermetic.ts'; export const gate = hermetic;`,
  'src/cli/bisect/bundle-by-suites.ts': `import { hermetic } from '../../wire/hermetic.ts'; export const gate = hermetic;`,
  'src/cli/commands/promote.ts': `import { connected } from '../../wire/connected.ts'; export const promote = connected;`,
};

interface Mutation {
  readonly name: string;
  /** Files that are added to, or put into, the sound tree; undefined takes one away. */
  readonly change: Readonly<Record<string, string | undefined>>;
  readonly rule: Violation['rule'];
  /** The file that the violation must name. */
  readonly at: string;
}

/** One more line in a file of the sound tree. */
function add(path: string, line: string): Pick<Mutation, 'change' | 'at'> {
  return { change: { [path]: `${soundTree[path] ?? ''}\n${line}` }, at: path };
}

const mutations: readonly Mutation[] = [
  { name: 'base imports model', ...add('src/base/failure.ts', `import '../model/digest.ts';`), rule: 1 },
  { name: 'model imports ports', ...add('src/model/digest.ts', `import '../ports/builder.ts';`), rule: 1 },
  { name: 'ports imports stages', ...add('src/ports/builder.ts', `import '../stages/try/try.ts';`), rule: 1 },
  {
    name: 'base imports model for a type',
    ...add('src/base/failure.ts', `import type { D } from '../model/digest.ts';`),
    rule: 1,
  },
  {
    name: 'base names a type of model inline',
    ...add('src/base/failure.ts', `export type X = import('../model/digest.ts').D;`),
    rule: 1,
  },
  {
    name: 'base imports model on demand',
    ...add('src/base/failure.ts', `export const x = () => import('../model/digest.ts');`),
    rule: 1,
  },
  {
    name: 'base imports model by a template',
    ...add('src/base/failure.ts', 'export const x = () => import(`../model/digest.ts`);'),
    rule: 1,
  },
  {
    name: 'base requires model',
    ...add('src/base/failure.ts', `export const x = () => require('../model/digest.ts');`),
    rule: 1,
  },
  {
    name: 'a stage imports another stage',
    ...add('src/stages/build/tag.ts', `import '../try/try.ts';`),
    rule: 2,
  },
  {
    name: 'a stage imports an adapter',
    ...add('src/stages/build/tag.ts', `import '../../adapters/builder/buildkit.ts';`),
    rule: 2,
  },
  {
    name: 'a stage imports a flow',
    ...add('src/stages/build/tag.ts', `import '../../flows/gate.ts';`),
    rule: 2,
  },
  {
    name: 'an adapter imports a stage',
    ...add('src/adapters/builder/buildkit.ts', `import '../../stages/try/try.ts';`),
    rule: 3,
  },
  {
    name: 'an adapter imports one of another port',
    ...add('src/adapters/builder/buildkit.ts', `import '../registry/http.ts';`),
    rule: 3,
  },
  {
    name: 'an adapter imports a flow',
    ...add('src/adapters/builder/buildkit.ts', `import '../../flows/gate.ts';`),
    rule: 3,
  },
  {
    name: 'a flow imports an adapter',
    ...add('src/flows/promote.ts', `import '../adapters/registry/http.ts';`),
    rule: 4,
  },
  {
    name: 'a flow imports the wiring',
    ...add('src/flows/promote.ts', `import '../wire/hermetic.ts';`),
    rule: 4,
  },
  {
    name: 'a command imports an adapter',
    ...add('src/cli/commands/promote.ts', `import '../../adapters/registry/http.ts';`),
    rule: 4,
  },
  {
    name: 'the wiring imports a command',
    ...add('src/wire/connected.ts', `import '../cli/main.ts';`),
    rule: 4,
  },
  {
    name: 'a command imports a stage',
    ...add('src/cli/commands/promote.ts', `import '../../stages/try/try.ts';`),
    rule: 5,
  },
  {
    name: 'a command imports a port',
    ...add('src/cli/commands/promote.ts', `import type { B } from '../../ports/builder.ts';`),
    rule: 5,
  },
  {
    name: 'bin reaches past the command line',
    ...add('bin/lockkeeper.ts', `import '../src/flows/gate.ts';`),
    rule: 5,
  },
  {
    name: 'the server imports the command line',
    change: { 'src/web/server.ts': `import '../cli/main.ts';` },
    at: 'src/web/server.ts',
    rule: 5,
  },
  {
    name: 'a package is imported by a part that may not',
    ...add('src/flows/promote.ts', `import * as z from 'zod';`),
    rule: 6,
  },
  {
    name: 'a file below a package is imported by a part that may not',
    ...add('src/flows/promote.ts', `import { z } from 'zod/mini';`),
    rule: 6,
  },
  {
    name: 'a package is imported that nobody ships',
    ...add('src/flows/promote.ts', `import fc from 'fast-check';`),
    rule: 6,
  },
  {
    name: 'an outside program is started elsewhere',
    ...add('src/flows/promote.ts', `import { exec } from 'node:child_process';`),
    rule: 6,
  },
  {
    name: 'a builtin is imported without node:',
    ...add('src/flows/promote.ts', `import fs from 'fs';`),
    rule: 6,
  },
  {
    name: 'a name is re-exported',
    ...add('src/flows/promote.ts', `export { gate } from './gate.ts';`),
    rule: 7,
  },
  {
    name: 'a type is re-exported',
    ...add('src/flows/promote.ts', `export type { gate } from './gate.ts';`),
    rule: 7,
  },
  {
    name: 'a whole file is re-exported',
    ...add('src/flows/promote.ts', `export * from './gate.ts';`),
    rule: 7,
  },
  { name: 'an imported name is exported again', ...add('src/flows/promote.ts', `export { gate };`), rule: 7 },
  {
    name: 'the model reads a file',
    ...add('src/model/digest.ts', `import { readFileSync } from 'node:fs';`),
    rule: 'pure',
  },
  {
    name: 'a stage opens a connection',
    ...add('src/stages/try/try.ts', `import { request } from 'node:https';`),
    rule: 'pure',
  },
  {
    name: 'a stage reads the environment through node:process',
    ...add('src/stages/try/try.ts', `import { env } from 'node:process';`),
    rule: 'pure',
  },
  {
    name: 'a stage asks the operating system',
    ...add('src/stages/try/try.ts', `import os from 'node:os';`),
    rule: 'pure',
  },
  {
    name: 'a stage takes random bytes',
    ...add('src/stages/try/try.ts', `import { randomBytes } from 'node:crypto';`),
    rule: 'pure',
  },
  {
    name: 'a stage takes all of node:crypto',
    ...add('src/stages/try/try.ts', `import * as crypto from 'node:crypto';`),
    rule: 'pure',
  },
  {
    name: 'a stage reads the environment',
    ...add('src/stages/try/try.ts', `export const home = process.env['HOME'];`),
    rule: 'pure',
  },
  { name: 'a stage prints', ...add('src/stages/try/try.ts', `console.log(1);`), rule: 'pure' },
  {
    name: 'a stage reads the clock',
    ...add('src/stages/try/try.ts', `export const now = Date.now();`),
    rule: 'pure',
  },
  {
    name: 'a stage reads the clock by its name',
    ...add('src/stages/try/try.ts', `export const now = Date['now'];`),
    rule: 'pure',
  },
  {
    name: 'a stage makes the date of today',
    ...add('src/stages/try/try.ts', `export const now = new Date();`),
    rule: 'pure',
  },
  {
    name: 'a stage throws dice',
    ...add('src/stages/try/try.ts', `export const dice = [1].map(Math.random);`),
    rule: 'pure',
  },
  { name: 'the model fetches', ...add('src/model/digest.ts', `export const x = { fetch };`), rule: 'pure' },
  { name: 'the model waits', ...add('src/model/digest.ts', `setTimeout(() => undefined, 1);`), rule: 'pure' },
  {
    name: 'the model waits by way of globalThis',
    ...add('src/model/digest.ts', `globalThis.setTimeout(() => undefined, 1);`),
    rule: 'pure',
  },
  {
    name: 'an import is computed',
    ...add('src/cli/main.ts', 'export const x = (name: string) => import(`./commands/${name}.ts`);'),
    rule: 'place',
  },
  { name: 'a file lies beside the layers', change: { 'src/util.ts': '' }, at: 'src/util.ts', rule: 'place' },
  { name: 'a folder is no layer', change: { 'src/helpers/x.ts': '' }, at: 'src/helpers/x.ts', rule: 'place' },
  { name: 'a stage has no folder', change: { 'src/stages/x.ts': '' }, at: 'src/stages/x.ts', rule: 'place' },
  {
    name: 'a source is not TypeScript',
    change: { 'src/base/x.mjs': '' },
    at: 'src/base/x.mjs',
    rule: 'place',
  },
  {
    name: 'an import leaves the source',
    ...add('src/base/failure.ts', `import '../../tools/check.ts';`),
    rule: 'place',
  },
  {
    name: 'a layer is empty',
    change: {
      'src/model/digest.ts': undefined,
      'src/model/config.ts': undefined,
      'src/ports/builder.ts': '',
    },
    at: 'src/model',
    rule: 'place',
  },
  {
    name: 'the hermetic wiring holds credentials',
    ...add('src/wire/hermetic.ts', `import '../adapters/credentials/docker-config.ts';`),
    rule: 'credentials',
  },
  {
    name: 'the hermetic wiring knows their type',
    ...add('src/wire/hermetic.ts', `import type { c } from '../adapters/credentials/docker-config.ts';`),
    rule: 'credentials',
  },
  {
    name: 'the hermetic wiring loads them on demand',
    ...add(
      'src/wire/hermetic.ts',
      `export const x = () => import('../adapters/credentials/docker-config.ts');`,
    ),
    rule: 'credentials',
  },
  {
    name: 'gate goes by way of the connected wiring',
    ...add('src/cli/commands/gate.ts', `import '../../wire/connected.ts';`),
    rule: 'credentials',
  },
  {
    name: 'a command that no table names has the hermetic wiring and another one',
    change: {
      'src/cli/commands/rehearse.ts': `import { hermetic } from '../../wire/hermetic.ts'; import { connected } from '../../wire/connected.ts'; export const both = [hermetic, connected];`,
    },
    at: 'src/cli/commands/rehearse.ts',
    rule: 'credentials',
  },
  {
    name: 'a flow that gate calls reaches them',
    ...add('src/stages/try/try.ts', `import '../../wire/connected.ts';`),
    rule: 'credentials',
  },
  {
    name: 'build reaches them in three steps',
    change: {
      'src/wire/helper.ts': `import type { c } from './connected.ts';`,
      'src/wire/hermetic.ts': `import './helper.ts';`,
    },
    at: 'src/cli/commands/build.ts',
    rule: 'credentials',
  },
  {
    name: 'there is no hermetic wiring to prove anything about',
    change: { 'src/wire/hermetic.ts': undefined },
    at: String(/^src\/wire\/hermetic\.ts$/u),
    rule: 'credentials',
  },
];

function check(change: Mutation['change']): readonly Violation[] {
  const texts = new Map<string, string>();
  for (const [path, text] of Object.entries({ ...soundTree, ...change }))
    if (text !== undefined) texts.set(path, text);
  return checkLayers(texts, dependencies);
}

test('a tree that keeps the rules has no violation', () => {
  assert.deepEqual(check({}).map(formatViolation), []);
});

for (const { name, change, rule, at } of mutations) {
  test(`a violation is found when ${name}`, () => {
    const found = check(change);
    assert.ok(
      found.some((one) => one.rule === rule && one.path === at),
      `expected ${rule} at ${at}, found: ${found.map(formatViolation).join('; ')}`,
    );
  });
}

test('a part of a package that is no dependency is a violation', () => {
  const texts = new Map(Object.entries(soundTree));
  const rules = checkLayers(
    texts,
    dependencies.filter((name) => name !== 'zod'),
  ).map(({ rule }) => rule);
  assert.deepEqual(rules, [6]);
});
