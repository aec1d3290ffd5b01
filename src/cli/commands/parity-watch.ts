import path from 'node:path';
import { exitStatus, Failure, type ExitStatus } from '../../base/failure.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { parityWatch, type WatchOutcome } from '../../flows/parity-watch.ts';
import { parityTools } from '../../wire/parity.ts';
import type { CommandDefinition } from '../command.ts';
import { projectConfig } from '../image-argument.ts';
import { askedAgainst, parityOptions } from '../parity/options.ts';
import { writeRenovatePreset } from '../parity/renovate.ts';
import { watchDocument, watchText } from '../parity/watch-text.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const parityWatchCommand: CommandDefinition = {
  name: 'parity watch',
  summary: 'Say what changed for repositories since a platform’s builder moved, both ways',
  description:
    'For the night. Looks up the platform’s builders, asks about every pin of every folder as `parity check` does, and compares with the last look, which lies in the ledger: channels that moved and their buildpacks, pins that are newly broken, pins that work again, and versions that have become possible on all channels that deploy. It names a ceiling for each runtime that is pinned, with its reason and an end date, and writes it for Renovate on request. A pin that somebody changed in the meantime is no news of the platform. A folder that cannot be read stops no other. A channel that cannot be looked at keeps what it last told: nothing counts as mended or possible by its silence, its ceilings stay, and where it deploys the preset is left as it is.',
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
  ],
  exits: [
    '0  nothing is newly broken',
    '3  pins are newly broken',
    '5  nothing newly broken so far, but a channel or folder could not be looked at: run it again',
  ],
  run: async (input, context) => {
    const wired = parityTools(context.env, context.signal);
    const config = await projectConfig(wired, input, context);
    const named = input.value('--ledger');
    const ledger =
      config === undefined
        ? named === undefined
          ? undefined
          : path.resolve(context.cwd, named)
        : ledgerFolder(named, config, context.cwd);
    if (ledger === undefined) {
      throw new Failure('usage', 'a watch compares with the last look, and no ledger keeps that', {
        hint: 'Name a folder that is kept from run to run: gate.ledger in lockkeeper.yaml, or --ledger DIR.',
      });
    }
    const dryRun = input.flag('--dry-run');
    const asked = askedAgainst(input, config, context);
    const order = {
      ...asked,
      level: 'L2' as const,
      repos: (input.arguments.length === 0 ? ['.'] : input.arguments).map((written) => ({
        path: written,
        directory: path.resolve(context.cwd, written),
      })),
      ledger,
      name: input.value('--builder') ?? input.value('--profile') ?? 'platform',
      dryRun,
    };
    const tools = { ...wired.for({ companions: config?.companions ?? {} }), ledgers: wired.ledgers };
    const progress = watchProgress(context);
    const outcome = await progress.during(() =>
      parityWatch(order, tools, { observe: progress.observe, signal: context.signal }),
    );
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

function exitOf({ change, failed, failedChannels }: WatchOutcome): ExitStatus {
  if (change.broken.length > 0) return exitStatus.no;
  return failed.length + failedChannels.length > 0 ? exitStatus.unavailable : exitStatus.yes;
}
