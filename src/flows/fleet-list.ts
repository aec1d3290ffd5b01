import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { readFleet, type FleetOrganisation, type FleetRepo } from '../model/fleet.ts';
import { compileGlob } from '../model/glob.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Organisations } from '../ports/organisations.ts';

export interface FleetFile {
  /** Absolute. */
  readonly file: string;
  /** As the person named it. */
  readonly shown: string;
}

export interface FleetListTools {
  readonly configFiles: Pick<ConfigFiles, 'read'>;
  readonly organisations: Organisations;
}

/**
 * The repositories of a list, in its order; those of an organisation by their names. One that several entries name is
 * looked at once, as the first of them says.
 * @throws Failure `config-*` of the list, `forge-*`
 */
export async function fleetRepos(
  { file, shown }: FleetFile,
  { configFiles, organisations }: FleetListTools,
): Promise<readonly FleetRepo[]> {
  const entries = readFleet(await configFiles.read(file), shown, path.dirname(file));
  const repos: FleetRepo[] = [];
  const refuse = (message: string): Failure =>
    new Failure('config-invalid', message, {
      where: { file: shown },
      hint: 'docs/guides/fleet.md describes every key.',
    });
  for (const entry of entries) {
    if (entry.kind === 'repo') {
      repos.push(entry.repo);
      continue;
    }
    const all = await organisations.repositories(entry.organisation);
    const found = reposOf(entry.organisation, all);
    // What was misspelt must not look like a fleet in which all is well.
    if (found.length === 0)
      throw refuse(`${entryText(entry.organisation)} stands for none of its ${all.length} repositories`);
    repos.push(...found);
  }
  const once = [...Map.groupBy(repos, sameness).values()].flatMap((same) => same.slice(0, 1));
  if (once.length > limits.fleetReposMax)
    throw refuse(
      `it stands for ${once.length} repositories; at most ${limits.fleetReposMax} are looked at together`,
    );
  const names = new Set<string>();
  for (const { name } of once) {
    if (names.has(name))
      throw refuse(`two repositories are called ${JSON.stringify(name)}; give one of them a name`);
    names.add(name);
  }
  return once;
}

/** By what it is, without what it may do: trust for some of an organisation stands before the entry for all of it. */
function sameness({ name, place }: FleetRepo): string {
  return JSON.stringify({ name, place: { ...place, network: undefined } });
}

/** An entry of the list as a person would find it there. */
function entryText({ forge, path: group, only }: FleetOrganisation): string {
  return only.length === 0 ? `${forge}: ${group}` : `${forge}: ${group} with only: ${only.join(', ')}`;
}

/** Each is called as the forge calls it, `owner/name`: two organisations may hold the same name. */
function reposOf(
  { host, path: group, only, network }: FleetOrganisation,
  all: readonly string[],
): readonly FleetRepo[] {
  const globs = only.map((glob) => compileGlob(glob, 'path'));
  return all
    .filter((name) => {
      const own = name.slice(group.length + 1);
      return globs.length === 0 || globs.some((matches) => matches(own));
    })
    .toSorted()
    .map((name) => ({
      name,
      place: { kind: 'git', url: `https://${host}/${name}.git`, branch: undefined, network },
    }));
}
