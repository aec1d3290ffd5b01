import path from 'node:path';
import { exitStatus, Failure, type ExitStatus } from '../../base/failure.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { parityWatch, type WatchOutcome } from '../../flows/parity-watch.ts';
import type { Config } from '../../model/definition.ts';
import { fleetTools } from '../../wire/fleet.ts';
import { parityTools } from '../../wire/parity.ts';
import type { CommandDefinition, CommandInput, Context } from '../command.ts';
import { projectConfig } from '../image-argument.ts';
import { askedAgainst, parityOptions } from '../parity/options.ts';
import { writeRenovatePreset } from '../parity/renovate.ts';
import { watchedRepos, watchName } from '../parity/watched-repos.ts';
import { watchDocument, watchText } from '../parity/watch-text.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const parityWatchCommand: CommandDefinition = {
  name: 'parity watch',
  summary: 'Say what changed since a platform’s builder moved, both ways',
  description:
    'For the night. Looks up the platform’s builders, asks about every pin of every folder as `parity check` does, and compares with the last look, which lies in the ledger: channels that moved and their buildpacks, pins that are newly broken, pins that work again, and versions that have become possible on all channels that deploy. It names a ceiling for each runtime that is pinned, with its reason and an end date, and writes it for Renovate on request. A pin that somebody changed in the meantime is no news of the platform. With --fleet it asks for every repository of a list. A repository that cannot be read stops no other. A channel that cannot be looked at keeps what it last told: nothing counts as mended or possible by its silence, its ceilings stay, and where it deploys the preset is left as it is.',
  arguments: [
    {
      name: 'DIR',
      description: 'Folders of applications; the current one where none is named.',
      required: false,
      variadic: true,
    },
  ],
  options: [
    {
      long: '--ledger',
      value: 'DIR',
      description: 'Folder that keeps what was seen, in place of the one that lockkeeper.yaml names.',
    },
    {
      long: '--renovate',
      value: 'FILE',
      description:
        'Write the ceilings as a preset of Renovate (allowedVersions), which its config takes with extends. A file of somebody else is left alone.',
    },
    { long: '--dry-run', description: 'Write nothing: the next look compares with what this one did.' },
    {
      long: '--fleet',
      value: 'FILE',
      description:
        'Watch for the repositories of this list, folders and git URLs, in place of folders that are named.',
    },
    {
      long: '--level',
      value: 'LEVEL',
      description:
        'How deep to look. L2, the default: labels, lists and data. L3: also run each builder on each repository, without a network and without any login, as `parity try` does; it needs an engine.',
      choices: ['L2', 'L3'],
    },
    ...parityOptions,
  ],
  examples: [
    {
      command: 'lockkeeper parity watch --ledger .lockkeeper/ledger apps/*',
      meaning: 'Each night: what did the platform change for our applications?',
    },
    {
      command: 'lockkeeper parity watch --renovate .github/renovate-platform.json',
      meaning: 'Keep Renovate from offering what the platform cannot build yet.',
    },
    {
      command: 'lockkeeper parity watch --fleet fleet.yaml --level L3 --ledger .lockkeeper/ledger',
      meaning: 'Each night, for a list of repositories, and by what the builders themselves say.',
    },
  ],
  exits: [
    '0  nothing is newly broken',
    '3  pins are newly broken',
    '5  nothing newly broken so far, but a channel, repository or builder could not be asked, or told nothing: run it again',
  ],
  run: async (input, context) => {
    // Loaded only where it is asked for: who only looks starts no engine, and loads no code that would.
    const hearing =
      input.value('--level') === 'L3'
        ? await (await import('../parity/hearing.ts')).hear(context)
        : undefined;
    const wired = hearing?.wired ?? parityTools(context.env, context.signal);
    const config = await projectConfig(wired, input, context);
    const ledger = ledgerOf(input, config, context);
    const dryRun = input.flag('--dry-run');
    const asked = askedAgainst(input, config, context);
    const order = {
      ...asked,
      level: 'L2' as const,
      repos: await watchedRepos(wired, input, context),
      ledger,
      name: watchName(asked.against.kind === 'builder' ? undefined : asked.against, input),
      dryRun,
    };
    const companions = config?.companions ?? {};
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    const outcome = await progress.during(async () => {
      const listener = await hearing?.listener({ input, config, platform: asked.platform }, watching);
      const { ledgers } = wired;
      const { clones } = fleetTools(context.env);
      return parityWatch(order, { ...wired.for({ companions }), ledgers, clones, listener }, watching);
    });
    const preset = input.value('--renovate');
    // Ceilings that may be too few would let through what the last preset held back.
    if (preset !== undefined && !dryRun && !outcome.isPartial)
      await writeRenovatePreset(path.resolve(context.cwd, preset), outcome.ceilings);
    context.stdout.write(
      context.json
        ? `${JSON.stringify(watchDocument(outcome, programAndVersion()), undefined, 2)}\n`
        : watchText(outcome, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    return exitOf(outcome);
  },
};

function ledgerOf(input: CommandInput, config: Config | undefined, { cwd }: Context): string {
  const named = input.value('--ledger');
  const ledger =
    config !== undefined
      ? ledgerFolder(named, config, cwd)
      : named === undefined
        ? undefined
        : path.resolve(cwd, named);
  if (ledger !== undefined) return ledger;
  throw new Failure('usage', 'a watch compares with the last look, and no ledger keeps that', {
    hint: 'Name a folder that is kept from run to run: gate.ledger in lockkeeper.yaml, or --ledger DIR.',
  });
}

function exitOf({ change, failed, failedChannels }: WatchOutcome): ExitStatus {
  if (change.broken.length > 0) return exitStatus.no;
  return failed.length + failedChannels.length > 0 ? exitStatus.unavailable : exitStatus.yes;
}
