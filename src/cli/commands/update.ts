import os from 'node:os';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { updateLocally, type LocalUpdateOrder } from '../../flows/update/update-local.ts';
import { updateSettings } from '../../flows/update/settings.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { parsePlatform } from '../../model/platform.ts';
import { updating } from '../../wire/updating.ts';
import type { CommandDefinition, CommandInput } from '../command.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { updateBody } from '../update/body.ts';
import { updateDocument } from '../update/document.ts';
import { updateExit } from '../update/exit.ts';
import { branchText, patchText, updateText } from '../update/text.ts';
import { programAndVersion } from '../version.ts';
import { folderArgument, pinsOptions, pinsOrder } from './pin-options.ts';

const reaches = ['layers', 'config', 'none'] as const;

export const updateCommand: CommandDefinition = {
  name: 'update',
  summary: 'Move all stale digests on one branch, and hold back those that break something',
  description:
    'Finds the pinned image names of the commit that is checked out, asks the registries once for each name, and moves what is stale, as lockkeeper.yaml allows it; it is not needed. Where a name is the baseline of an image in lockkeeper.yaml, its suites judge the old image against the new one in a process of its own, which can reach no login and no token. What a suite rejects stays back and gets a hold in lockkeeper.yaml; all else goes into one commit on the branch lockkeeper/update. Pins whose image has gone are told first. Neither the work tree nor the branch that is checked out changes. Names without a digest are for `lockkeeper pin`.',
  arguments: [folderArgument],
  options: [
    {
      long: '--dry-run',
      description: 'Say what would be done, with the patch and the text for a pull request; write nothing.',
    },
    { long: '--local', description: 'Leave the branch in this clone, and push nothing.' },
    { long: '--patch', value: 'FILE', description: 'Also write the changes to a file, for `git apply`.' },
    {
      long: '--compare',
      value: 'REACH',
      description:
        'How far the images are compared for the report: their layers, their configs alone, or not at all.',
      choices: reaches,
    },
    ...pinsOptions,
  ],
  examples: [
    { command: 'lockkeeper update --dry-run', meaning: 'Say what tonight would bring.' },
    {
      command: 'lockkeeper update --local --only "ghcr.io/our-team/**"',
      meaning: 'Leave a branch with some names moved.',
    },
  ],
  exits: [
    '0  what is good is on the branch, or there is nothing to do',
    '2  no such folder, or lockkeeper.yaml is wrong',
    '3  a pin is dead and nothing mends it, or an image was rejected; the others are done',
    '4  an image is not proven to be good, or people work on the branch; the others are done',
    '5  a registry or engine does not answer: the others are done, run it again',
    '6  a registry or git denies access, or a file cannot be edited; the others are done',
  ],
  run: async (input, context) => {
    const patchFile = input.value('--patch');
    const { tools, scratch } = await updating(context.env, context.signal);
    const settings = await updateSettings(pinsOrder(input, context.cwd), tools);
    const branch = parseBranchName(settings.branch);
    const order = { ...orderOf(input, context.cwd, scratch), branch };
    const progress = watchProgress(context);
    const done = await progress.during(() =>
      updateLocally(order, tools, { observe: progress.observe, signal: context.signal }),
    );
    const { report, proposal, plan, outcome } = done;
    if (patchFile !== undefined) await writePatch(path.resolve(context.cwd, patchFile), proposal.patch);
    const exit = updateExit({ report, plan, outcome });
    if (context.json) {
      const files = proposal.files.map(({ file }) => file);
      const document = updateDocument({
        report,
        files,
        outcome,
        branch: order.dryRun ? undefined : branch,
        exit,
      });
      context.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      return exit;
    }
    const { colour, columns } = context.stdout;
    context.stdout.write(updateText(report, { paint: painter(colour), columns }));
    if (outcome === undefined) {
      context.stdout.write(`\n${patchText(proposal.patch)}`);
      context.stdout.write(`\n${proposal.title}\n\n${updateBody(report, bodyCharsMax)}`);
    } else context.stdout.write(`${branchText(outcome, branch)}\n`);
    return exit;
  },
};

// What GitHub takes.
const bodyCharsMax = 65_536;

/** @throws Failure `usage` */
function orderOf(input: CommandInput, cwd: string, scratch: string): Omit<LocalUpdateOrder, 'branch'> {
  const [dryRun, isLocal] = [input.flag('--dry-run'), input.flag('--local')];
  if (dryRun === isLocal) {
    throw new Failure('usage', 'say one of --dry-run and --local', {
      hint: '--dry-run writes nothing; --local leaves a branch in this clone.',
    });
  }
  return {
    ...pinsOrder(input, cwd),
    dryRun,
    reach: reaches.find((each) => each === input.value('--compare')) ?? 'layers',
    host: parsePlatform(`linux/${os.arch() === 'x64' ? 'amd64' : os.arch()}`),
    scratch,
    madeBy: programAndVersion(),
  };
}

async function writePatch(file: string, patch: Uint8Array): Promise<void> {
  try {
    await replaceFile(file, patch);
  } catch (error) {
    throw translateSystemError(error, file);
  }
}
