import os from 'node:os';
import path from 'node:path';
import { Failure, translateSystemError, type ExitStatus } from '../../base/failure.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { safeLine } from '../../base/text.ts';
import { updateSettings } from '../../flows/update/settings.ts';
import { updateLocally } from '../../flows/update/update-local.ts';
import type { UpdateOrder } from '../../flows/update/update.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { parsePlatform } from '../../model/platform.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import { updating } from '../../wire/updating.ts';
import type { CommandDefinition, CommandInput, Context } from '../command.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { updateBody } from '../update/body.ts';
import { updateDocument } from '../update/document.ts';
import { updateExit } from '../update/exit.ts';
import { updateOnForge, type Updated } from '../update/on-forge.ts';
import { checkUpdateReports, updateReportOption, writeUpdateReports } from '../update/report.ts';
import { branchText, patchText, updateText } from '../update/text.ts';
import { programAndVersion } from '../version.ts';
import { folderArgument, onlyOption, pinsOptions, pinsOrder } from './pin-options.ts';
import { compareOption, reachOf } from './update-options.ts';

export const updateCommand: CommandDefinition = {
  name: 'update',
  summary: 'Move all stale digests that break nothing in one pull request',
  description:
    'Finds the pinned image names of the base branch, asks the registries once for each name, and moves what is stale, as lockkeeper.yaml allows it; it is not needed. Where a name is the baseline of an image in lockkeeper.yaml, its suites judge the old image against the new one in a process of its own, which can reach no login and no token. What is rejected stays back and gets a hold in lockkeeper.yaml; all else goes into one commit on the branch lockkeeper/update, and into one pull request on GitHub or GitLab. Each run looks at what is there and does the next step: where the forge’s checks fail with the moves and not without them, later runs search for the culprit, one pushed subset a run. It pushes only while the branch is ours, and nothing where nothing changed. A move that would take a runtime across a ceiling, which `parity watch` left in the ledger, stays back until that ends. Pins whose image has gone are told first. Neither the work tree nor the branch that is checked out changes. Names without a digest are for `lockkeeper pin`.',
  arguments: [folderArgument],
  options: [
    {
      long: '--dry-run',
      description:
        'Start from the commit that is checked out, and say what would be done, with the patch and the text for a pull request; write nothing.',
    },
    {
      long: '--local',
      description:
        'Start from the commit that is checked out, leave the branch in this clone, and push nothing.',
    },
    {
      long: '--fork',
      value: 'REMOTE',
      description:
        'Push the branch to this git remote, a fork, and open the pull request from there: no right in the repository itself is needed. Labels, checks and issues are left to those whose repository it is.',
    },
    { long: '--patch', value: 'FILE', description: 'Also write the changes to a file, for `git apply`.' },
    updateReportOption,
    compareOption,
    { ...onlyOption, description: `${onlyOption.description} With --dry-run or --local alone.` },
    ...pinsOptions.filter((option) => option !== onlyOption),
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
    '3  a pin is dead and nothing mends it, or an image was rejected and nobody has merged its hold; the others are done',
    '4  an image is not proven to be good, people work on the branch, or checks fail and it could not be decided by what; the others are done',
    '5  a registry or engine does not answer: the others are done, run it again',
    '6  a registry or git denies access, or a file cannot be edited; the others are done',
  ],
  run: async (input, context) => {
    const [patchFile, reports] = [input.value('--patch'), input.values('--report')];
    checkUpdateReports(reports, context.env);
    const { tools, scratch } = await updating(context.env, context.signal);
    const { settings, folder } = await updateSettings(pinsOrder(input, context.cwd), tools);
    const order = orderOf(input, context.cwd, scratch);
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    const done = await progress.during(() =>
      order.where === 'forge'
        ? updateOnForge(order, settings, { tools, context, watching, fork: order.fork, programs: folder })
        : updateLocally({ ...order, branch: parseBranchName(settings.branch) }, tools, watching),
    );
    if (patchFile !== undefined) await writePatch(path.resolve(context.cwd, patchFile), done.proposal.patch);
    await writeUpdateReports(reports, { ...done, branch: settings.branch }, context);
    const exit = updateExit(done);
    context.stdout.write(
      context.json ? documentText(done, settings, exit) : doneText(done, settings, context),
    );
    return exit;
  },
};

function documentText(
  { report, proposal, outcome, pullRequest }: Updated,
  settings: UpdateSettings,
  exit: ExitStatus,
): string {
  const document = updateDocument({
    report,
    files: proposal.files.map(({ file }) => file),
    outcome,
    branch: outcome === undefined ? undefined : settings.branch,
    pullRequest: pullRequest?.url,
    exit,
  });
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function doneText(
  { report, proposal, outcome, pullRequest }: Updated,
  { branch }: UpdateSettings,
  { stdout }: Context,
): string {
  const { colour, columns } = stdout;
  const text = updateText(report, { paint: painter(colour), columns });
  if (outcome === undefined && proposal.files.length === 0) return text;
  if (outcome === undefined)
    return `${text}\n${patchText(proposal.patch)}\n${safeLine(proposal.title)}\n\n${updateBody(report, bodyCharsMax)}`;
  const link = pullRequest === undefined ? '' : `${safeLine(`${pullRequest.name} ${pullRequest.url}`)}\n`;
  return `${text}${branchText(outcome, branch)}\n${link}`;
}

// What GitHub takes.
const bodyCharsMax = 65_536;

interface Asked extends UpdateOrder {
  readonly where: 'nowhere' | 'here' | 'forge';
  /** A git remote. */
  readonly fork: string | undefined;
}

/** @throws Failure `usage` */
function orderOf(input: CommandInput, cwd: string, scratch: string): Asked {
  const [dryRun, isLocal] = [input.flag('--dry-run'), input.flag('--local')];
  if (dryRun && isLocal) {
    throw new Failure('usage', '--dry-run writes nothing, and --local leaves a branch: say one of them');
  }
  const fork = input.value('--fork');
  if (fork !== undefined && (dryRun || isLocal)) {
    throw new Failure(
      'usage',
      `${dryRun ? '--dry-run' : '--local'} pushes nothing, and --fork says where to`,
    );
  }
  if (input.values('--only').length > 0 && !dryRun && !isLocal) {
    throw new Failure('usage', '--only would take all else off the branch that people see', {
      hint: 'Add --dry-run or --local. What stays out for good is for lockkeeper.yaml: pins.images with leave, or a hold.',
    });
  }
  return {
    ...pinsOrder(input, cwd),
    dryRun,
    fork,
    where: dryRun ? 'nowhere' : isLocal ? 'here' : 'forge',
    reach: reachOf(input),
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
