import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import type { FleetPlace } from '../model/fleet.ts';
import type { HostPath } from '../model/host-paths.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import { suitesOf } from './select.ts';

/** What a repository of a list may have of this machine, since its lockkeeper.yaml may be somebody else's. */
export interface Listed {
  /** Its files go after the run, and a ledger among them would go with them. */
  readonly isFetched: boolean;
  /** `none`: its suites have no network, whatever they ask for. */
  readonly network: 'none' | 'default';
}

/** A folder is a clone of the person's own, in which its suites could be run by hand: they have the network that they ask for. */
export function listedAs(place: FleetPlace): Listed {
  return place.kind === 'folder'
    ? { isFetched: false, network: 'default' }
    : { isFetched: true, network: place.network };
}

/**
 * Nothing that is named leads out of a folder, by its name or by a link.
 * @param folder absolute
 * @throws Failure `path-refused`, which names the key
 */
export async function requireInside(
  named: readonly HostPath[],
  folder: string,
  { file }: Pick<Config, 'file'>,
  files: Pick<ConfigFiles, 'leadsTo'>,
): Promise<void> {
  const home = await files.leadsTo(folder);
  for (const { key, path: place } of named) {
    const end = await files.leadsTo(place);
    if (home !== undefined && end !== undefined && isInside(end, home)) continue;
    throw new Failure('path-refused', `${key} names ${place}, which lies or leads outside of ${folder}`, {
      where: { file },
      hint: 'What may be somebody else’s lockkeeper.yaml may name files of its own repository alone. If it is yours, run the command for one repository in it.',
    });
  }
}

function isInside(place: string, folder: string): boolean {
  const within = path.relative(folder, place);
  return within.split(path.sep)[0] !== '..' && !path.isAbsolute(within);
}

/** @throws Failure `network-refused` where a suite that guards the image asks for a network */
export function requireNoNetwork(config: Config, image: ImageDefinition): void {
  const asking = suitesOf(config, image).find(({ network }) => network !== 'none');
  if (asking === undefined) return;
  throw new Failure(
    'network-refused',
    `suites.${asking.name}.network asks for a network, which is not allowed`,
    {
      where: { file: config.file },
      hint: 'Its lockkeeper.yaml may be somebody else’s. If you trust all that may write it, write `network: default` beside the repository in fleet.yaml.',
    },
  );
}
