import path from 'node:path/posix';
import * as z from 'zod';
import { Failure } from '../base/failure.ts';
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
  { readonly kind: 'folder'; readonly path: string } | FetchedPlace;

/** It is fetched for as long as it is looked at. */
export interface FetchedPlace {
  readonly kind: 'git';
  readonly url: string;
  /** Undefined: the one that a clone checks out. */
  readonly branch: BranchName | undefined;
  /** What its suites may reach, at most. */
  readonly network: 'none' | 'default';
}

const word = (what: string): z.ZodString =>
  z.string({ error: what }).min(1, { error: what }).max(1000, { error: what });

/** All repositories of an organisation on GitHub, or of a group on GitLab and the groups below it. */
export interface FleetOrganisation {
  readonly forge: 'github' | 'gitlab';
  /** `github.com` */
  readonly host: string;
  /** `our-team`, `group/below` */
  readonly path: string;
  /** Globs over the names of repositories, relative to the organisation; empty: all. */
  readonly only: readonly string[];
  /** What their suites may reach, at most. */
  readonly network: FetchedPlace['network'];
}

/** What one entry of the list stands for. */
export type FleetEntry =
  | { readonly kind: 'repo'; readonly repo: FleetRepo }
  | { readonly kind: 'organisation'; readonly organisation: FleetOrganisation };

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
        description: 'A folder on this machine, relative to this file.',
        examples: ['../web'],
      }),
    git: gitUrl.optional().meta({
      description: 'The URL of a git repository, which is fetched for as long as it is looked at.',
      examples: ['https://git.example.org/team/web.git'],
    }),
    github: word('the name of an organisation on GitHub')
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?$/, {
        error: 'the name of an organisation on GitHub',
      })
      .optional()
      .meta({
        description: 'All repositories of an organisation on GitHub, but those that are archived.',
        examples: ['our-team'],
      }),
    gitlab: word('the path of a group on GitLab')
      .regex(/^[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)*$/, { error: 'the path of a group on GitLab' })
      .optional()
      .meta({
        description:
          'All projects of a group on GitLab, and of the groups below it, but those that are archived.',
        examples: ['team/services'],
      }),
    host: word('the name of a server')
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/, { error: 'the name of a server' })
      .optional()
      .meta({
        description: 'With `github` or `gitlab`: the server, where it is not the public one.',
        examples: ['gitlab.example.org'],
      }),
    only: z
      .array(word('a glob'), { error: 'a list of globs' })
      .min(1, { error: 'a list of globs, at least one' })
      .max(100, { error: 'a list of at most 100 globs' })
      .optional()
      .meta({
        description: 'With `github` or `gitlab`: the repositories whose name matches one of these globs.',
        examples: [['svc-*', 'web']],
      }),
    network: z
      .enum(['none', 'default'], { error: 'none or default' })
      .optional()
      .meta({
        description:
          'With `git`, `github` or `gitlab`: `default` lets suites have the network that they ask for, where you trust all that may write that lockkeeper.yaml. `none`, which it is without this: a suite that asks for one is not run.',
        examples: ['default'],
      }),
    branch: word('the name of a branch')
      .refine(isBranchName, { error: 'the name of a branch' })
      .optional()
      .meta({ description: 'With `git`: another branch than the default one.', examples: ['main'] }),
  },
  { error: 'a group of keys: path; git, branch and network; github or gitlab, host, only and network' },
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
        .max(limits.fleetReposMax, { error: `a list of at most ${limits.fleetReposMax}` })
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
export function readFleet(text: string, file: string, directory: string): readonly FleetEntry[] {
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
  return parsed.data.repos.map((entry, at) =>
    entryOf(entry, directory, (why) => refuse('config-invalid', 0, `repos[${at}] ${why}`)),
  );
}

const places = ['path', 'git', 'github', 'gitlab'] as const;

function entryOf(
  entry: z.output<typeof repoSchema>,
  directory: string,
  refuse: (why: string) => Failure,
): FleetEntry {
  const { name, path: folder, git, github, gitlab, host, only, network = 'none', branch } = entry;
  const [place, other] = places.filter((each) => entry[each] !== undefined);
  if (place === undefined) throw refuse(`has none of ${places.join(', ')}`);
  if (other !== undefined) throw refuse(`has both ${place} and ${other}`);
  if (branch !== undefined && git === undefined) throw refuse('has a branch without git');
  if (entry.network !== undefined && folder !== undefined)
    throw refuse('has both path and network: the suites of a folder have what its lockkeeper.yaml says');
  const group = github ?? gitlab;
  if (group !== undefined) {
    if (name !== undefined) throw refuse('has one name for many repositories');
    const forge = github === undefined ? 'gitlab' : 'github';
    const organisation = {
      forge,
      host: host?.toLowerCase() ?? `${forge}.com`,
      path: group,
      network,
    } as const;
    return { kind: 'organisation', organisation: { ...organisation, only: only ?? [] } };
  }
  if (host !== undefined || only !== undefined) throw refuse('has host or only without github or gitlab');
  if (git !== undefined) {
    const last =
      git
        .replace(/\/+$/, '')
        .replace(/\.git$/, '')
        .split(/[/:]/)
        .at(-1) ?? git;
    return { kind: 'repo', repo: { name: name ?? last, place: { kind: 'git', url: git, branch, network } } };
  }
  const absolute = path.resolve(directory, folder ?? '.');
  const repo = { name: name ?? path.basename(absolute), place: { kind: 'folder', path: absolute } } as const;
  return { kind: 'repo', repo };
}
