import path from 'node:path/posix';
import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { fleetLimits } from '../base/fleet-limits.ts';
import { limits } from '../base/limits.ts';
import { TextIndex } from '../base/text-position.ts';
import { plainValue } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';
import { schemaFaults } from './config-faults.ts';
import { isBranchName, type BranchName } from './branch-name.ts';

/** One of the repositories that are looked at together. */
export interface FleetRepo {
  /** Unique within the fleet; what tables and journals call it. */
  readonly name: string;
  readonly place: FleetPlace;
}

export type FleetPlace =
  /** Absolute. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Undefined branch: the one that a clone checks out. */
  | { readonly kind: 'git'; readonly url: string; readonly branch: BranchName | undefined };

const word = (what: string): z.ZodString =>
  z.string({ error: what }).min(1, { error: what }).max(1000, { error: what });

/** Schemes without a way to run a program; `ssh` and `git@host:` log in by the person's own keys. */
const gitUrl = word('the URL of a git repository')
  .refine(
    (url) => /^(?:https?|ssh|git|file):\/\/[^\s]+$/.test(url) || /^[\w.-]+@[\w.-]+:[\w./~-]+$/.test(url),
    { error: 'a URL that begins with https://, ssh:// or file://, or user@host:path' },
  )
  .refine((url) => !/^https?:\/\/[^/]*@/.test(url), {
    error: 'a URL without a login; git has ways of its own to keep one',
  });

const repoSchema = z.strictObject(
  {
    name: word('a name')
      .optional()
      .meta({
        description: 'What it is called in tables; the last part of the path or URL by default.',
        examples: ['web'],
      }),
    path: word('a path')
      .optional()
      .meta({
        description: 'A folder on this machine, relative to this file. Either this or `git` is needed.',
        examples: ['../web'],
      }),
    git: gitUrl.optional().meta({
      description:
        'The URL of a git repository, which is fetched for as long as it is looked at. Either this or `path` is needed.',
      examples: ['https://git.example.org/team/web.git'],
    }),
    branch: word('the name of a branch')
      .refine(isBranchName, { error: 'the name of a branch' })
      .optional()
      .meta({ description: 'With `git`: another branch than the default one.', examples: ['main'] }),
  },
  { error: 'a group of keys: path, or git and branch' },
);

const fleetSchema = z
  .strictObject(
    {
      version: z
        .literal(1, { error: 'the number 1, the version of this format' })
        .meta({ description: 'The version of this format.', examples: [1] }),
      repos: z
        .array(repoSchema, { error: 'a list of repositories' })
        .min(1, { error: 'a list of repositories, at least one' })
        .max(fleetLimits.reposMax, { error: `a list of at most ${fleetLimits.reposMax}` })
        .meta({
          description: 'The repositories, in the order in which they are shown.',
          examples: [[{ path: '../web' }, { git: 'https://git.example.org/team/api.git' }]],
        }),
    },
    { error: 'a group of keys' },
  )
  .meta({ title: 'fleet.yaml', description: 'Repositories that are looked at together.' });

/** What an editor checks fleet.yaml with. */
export function fleetJsonSchema(): object {
  return z.toJSONSchema(fleetSchema, { io: 'input', target: 'draft-7' });
}

/**
 * Reads fleet.yaml. @param directory of the file, absolute
 * @throws Failure `config-syntax`, `config-invalid` with the line of the first fault
 */
export function readFleet(text: string, file: string, directory: string): readonly FleetRepo[] {
  const index = new TextIndex(text);
  const refuse = (code: 'config-syntax' | 'config-invalid', offset: number, message: string): Failure =>
    new Failure(code, message, {
      where: { file, ...index.position(offset) },
      hint: 'docs/guides/fleet.md describes every key.',
    });
  if (Buffer.byteLength(text) > limits.configBytesMax)
    throw refuse('config-syntax', 0, `it is larger than ${limits.configBytesMax} bytes`);
  const { root, faults } = readYaml(text, { merge: false, aliasesMax: limits.yamlAliasesMax });
  const [broken] = faults;
  if (broken !== undefined) throw refuse('config-syntax', broken.offset, broken.message);
  if (root === undefined) throw refuse('config-invalid', 0, 'it is empty');
  const parsed = fleetSchema.safeParse(plainValue(root));
  if (!parsed.success) {
    const [first] = schemaFaults(parsed.error.issues, fleetSchema, root);
    throw refuse('config-invalid', first?.offset ?? 0, first?.message ?? 'it does not fit its schema');
  }
  const repos = parsed.data.repos.map((repo, at) =>
    repoOf(repo, directory, (why) => refuse('config-invalid', 0, `repos[${at}] ${why}`)),
  );
  const names = repos.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw refuse(
      'config-invalid',
      0,
      `two repositories are called ${JSON.stringify(twice)}; give one of them a name`,
    );
  return repos;
}

function repoOf(
  { name, path: folder, git, branch }: z.output<typeof repoSchema>,
  directory: string,
  refuse: (why: string) => Failure,
): FleetRepo {
  if ((folder === undefined) === (git === undefined))
    throw refuse(folder === undefined ? 'has neither path nor git' : 'has both path and git');
  if (git !== undefined) {
    const last =
      git
        .replace(/\/+$/, '')
        .replace(/\.git$/, '')
        .split(/[/:]/)
        .at(-1) ?? git;
    return { name: name ?? last, place: { kind: 'git', url: git, branch } };
  }
  if (branch !== undefined) throw refuse('has a branch without git');
  const absolute = path.resolve(directory, folder ?? '.');
  return { name: name ?? path.basename(absolute), place: { kind: 'folder', path: absolute } };
}
