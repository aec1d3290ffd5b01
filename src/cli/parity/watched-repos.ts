import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { fleetRepos } from '../../flows/fleet-list.ts';
import type { FleetRepo } from '../../model/fleet.ts';
import type { PlatformSource } from '../../model/platform-profile.ts';
import { organisationsOf } from '../../wire/forges.ts';
import type { Wired } from '../../wire/wired.ts';
import type { CommandInput, Context } from '../command.ts';

/** The repositories of a list, or the folders that are named. @throws Failure `usage`, `config-*` of the list, `file-*`, `forge-*` */
export async function watchedRepos(
  { configFiles }: { readonly configFiles: Pick<Wired['configFiles'], 'read'> },
  input: CommandInput,
  { cwd, env, signal }: Pick<Context, 'cwd' | 'env' | 'signal'>,
): Promise<readonly FleetRepo[]> {
  const list = input.value('--fleet');
  if (list === undefined) {
    const folders = input.arguments.length === 0 ? ['.'] : input.arguments;
    return folders.map((name) => ({ name, place: { kind: 'folder', path: path.resolve(cwd, name) } }));
  }
  if (input.arguments.length > 0)
    throw new Failure('usage', 'both --fleet and folders say what is watched', {
      hint: 'Write the folders into the list, or leave --fleet out.',
    });
  const file = path.resolve(cwd, list);
  const organisations = organisationsOf(env, signal);
  return fleetRepos({ file, shown: list }, { configFiles, organisations });
}

/**
 * Tells one watch from another in one ledger: what is asked, and for which list. Folders that are named do not count, so
 * that one more of them is no other watch.
 */
export function watchName(source: PlatformSource | undefined, input: CommandInput): string {
  const builder = input.value('--builder');
  const platform =
    source === undefined
      ? []
      : source.kind === 'own'
        ? ['platform', source.profile.name]
        : ['platform', source.name, source.document];
  const list = input.value('--fleet');
  return JSON.stringify([
    ...(builder === undefined ? platform : ['builder', builder]),
    ...(list === undefined ? [] : ['fleet', list]),
  ]);
}
