import type { Clock } from '../base/clock.ts';
import { Failure, isFailure } from '../base/failure.ts';
import { parseBranchName, type BranchName } from '../model/branch-name.ts';
import type { CommitId } from '../model/commit.ts';
import type { PullRequest, PullRequestsOfBranch } from '../model/pull-request.ts';
import type { ShortKey } from '../model/short-key.ts';
import { readMarker, replaceMarker, type UpdateMarker } from '../model/update-marker.ts';
import type { UpdateSettings } from '../model/update-settings.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { Forge } from '../ports/forge.ts';
import type { GitRepositories, GitRepository } from '../ports/git.ts';
import { unifiedPatch } from '../stages/pin/patch.ts';
import { groundAtRemote, groundHere, type ChangeGround } from './change-ground.ts';
import { openDesk, type CommitDesk } from './commit-desk.ts';
import { branchTrailers } from './update/branch.ts';
import type { ForgeTools } from './update/forge-ground.ts';
import type { Proposal } from './update/proposal.ts';
import { changeOf, newBody, type WantedPullRequest } from './update/pull-request.ts';
import { foreignSentence, putBranch } from './update/put-branch.ts';
import { declinedUnits } from './update/look.ts';

/** One change of a repository that people are asked to take. */
export interface ProposedChange {
  readonly branch: BranchName;
  /** Of what is asked for: people who close a pull request of ours decline exactly this. */
  readonly key: ShortKey;
  readonly title: string;
  /** Edits files of the base. */
  readonly make: (desk: CommitDesk, place: ChangePlace) => Promise<MadeChange>;
  /** The body of a pull request, in Markdown, with nothing of others in it that would act. */
  readonly describe: (made: MadeChange) => string;
}

export interface ChangePlace {
  readonly repository: GitRepository;
  readonly commit: CommitId;
}

export type MadeChange =
  /** What was written to the desk is the change; nothing was where it is so already. */
  | { readonly kind: 'made'; readonly lines: readonly string[] }
  /** The repository has nothing that the change is about. `why`: a sentence without its full stop. */
  | { readonly kind: 'absent'; readonly why: string }
  /** It cannot be made as a whole, so nothing of it is. Sentences without their full stops. */
  | { readonly kind: 'refused'; readonly lines: readonly string[] };

export interface ChangeOrder {
  /** Absolute; in the repository. */
  readonly directory: string;
  /** Where it goes; the branch is that of the change. */
  readonly settings: UpdateSettings;
  readonly dryRun: boolean;
}

export interface ChangeTools {
  readonly git: GitRepositories;
  readonly trees: Trees;
  readonly clock: Clock;
  readonly openForge: OpenForge;
}

/** @throws Failure `forge-unknown` where there is a forge, and no token for it */
export type OpenForge = (question: {
  readonly forge: UpdateSettings['forge'];
  readonly remote: string | undefined;
  readonly directory: undefined;
}) => OpenedForge;

export type OpenedForge = { readonly close: () => Promise<void> } & (
  | ({ readonly kind: 'forge' } & Pick<ForgeTools, 'forge' | 'access'>)
  | { readonly kind: 'plain' }
);

export interface ChangeOutcome {
  readonly made: MadeChange;
  readonly patch: Uint8Array;
  readonly end: ChangeEnd;
}

export type ChangeEnd =
  /** Nothing was to be done; an open pull request of ours for it has gone. */
  | { readonly kind: 'nothing' }
  /** Only said. */
  | { readonly kind: 'planned' }
  | {
      readonly kind: 'proposed';
      readonly how: 'opened' | 'updated' | 'unchanged';
      readonly pullRequest: PullRequest;
    }
  /** There is no forge: the branch is at the remote, or where there is none, in this clone; `unchanged`: it was before. */
  | { readonly kind: 'branch'; readonly how: 'pushed' | 'branch' | 'unchanged'; readonly branch: BranchName }
  /** People closed a pull request with it: this one, or one before it, as it notes. */
  | { readonly kind: 'declined'; readonly pullRequest: PullRequest; readonly isThis: boolean }
  /** People work on the branch. `why`: a sentence. */
  | { readonly kind: 'left'; readonly why: string };

/**
 * Makes one change upon the base branch of a repository, and one pull request with it: on a branch that is ours, looked at
 * before anything is done. Run again, it changes nothing. Without a forge the branch is all; without a remote it is in this
 * clone. Neither the work tree nor the branch that is checked out changes.
 * @throws Failure `forge-*`, `remote-*`, `revision-invalid`, `path-*`, and what making the change throws
 */
export async function proposeChange(
  change: ProposedChange,
  order: ChangeOrder,
  tools: ChangeTools,
): Promise<ChangeOutcome> {
  const settings = { ...order.settings, branch: change.branch };
  const repository = await tools.git.open(order.directory);
  const url = await urlOf(repository, settings.remote);
  if (url === undefined)
    return propose(change, order, { tools, ground: await groundHere(repository, change.branch) });
  const opened = tools.openForge({ forge: settings.forge, remote: url, directory: undefined });
  try {
    const forge = opened.kind === 'forge' ? opened.forge : undefined;
    const access = opened.kind === 'forge' ? opened.access : undefined;
    const ground = await groundAtRemote(order.directory, settings, { git: tools.git, access, forge });
    return await propose(change, order, { tools, ground, forge });
  } finally {
    await opened.close();
  }
}

async function urlOf(repository: GitRepository, remote: string): Promise<string | undefined> {
  try {
    return (await repository.remote(remote)).url;
  } catch (error) {
    if (isFailure(error, 'revision-invalid')) return undefined;
    throw error;
  }
}

interface Proposing {
  readonly tools: ChangeTools;
  readonly ground: ChangeGround;
  /** Undefined: there is none. */
  readonly forge?: Forge | undefined;
}

async function propose(
  change: ProposedChange,
  order: ChangeOrder,
  proposing: Proposing,
): Promise<ChangeOutcome> {
  const { ground, tools } = proposing;
  const { repository, base: commit, pulls } = ground;
  const desk = await openDesk({ repository, commit, directory: order.directory }, tools.trees);
  const made = await change.make(desk, { repository, commit });
  const files = made.kind === 'made' ? desk.written() : [];
  const patch = unifiedPatch(files);
  const ended = (end: ChangeEnd): ChangeOutcome => ({ made, patch, end });
  // What cannot be made now says nothing of what was proposed before.
  if (made.kind === 'refused') return ended({ kind: 'nothing' });
  const declined = files.length > 0 ? declinedBy(change, pulls) : undefined;
  if (declined !== undefined) return ended(declined);
  const why = whyLeft(change, ground, order.settings);
  if (why !== undefined) return ended({ kind: 'left', why });
  if (order.dryRun) return ended({ kind: files.length === 0 ? 'nothing' : 'planned' });
  const proposal: Proposal = {
    units: [],
    files,
    patch,
    title: change.title,
    message: `${change.title}\n\n${branchTrailers({ units: [], names: [], files })}\n`,
  };
  const outcome = await putBranch({
    ...{ repository, base: commit, branch: change.branch, standing: ground.standing, proposal },
    evenEmpty: false,
    after: undefined,
    now: tools.clock.now(),
    move: async (move) => {
      if (move.to === undefined) await noteRemoval(proposing);
      return ground.move(move);
    },
  });
  switch (outcome.kind) {
    case 'put':
    case 'stands':
      if (proposing.forge === undefined) {
        const how = outcome.kind === 'stands' ? 'unchanged' : ground.at;
        return ended({ kind: 'branch', how, branch: change.branch });
      }
      return ended(await told(change, made, { ground, forge: proposing.forge, settings: order.settings }));
    case 'nothing':
    case 'removed':
      return ended({ kind: 'nothing' });
    case 'left':
      return ended(outcome);
    case 'unsure':
    case 'busy':
      throw new Failure('forge-conflict', `somebody else moved ${change.branch} meanwhile`);
  }
}

/** That people said no to exactly this, once; who opens that pull request again has it. */
function declinedBy(
  { key }: ProposedChange,
  pulls: PullRequestsOfBranch,
): Extract<ChangeEnd, { readonly kind: 'declined' }> | undefined {
  const { open, ended } = pulls;
  const marker = open === undefined ? undefined : readMarker(open.body);
  if (marker?.units.includes(key) === true || !declinedUnits({ pulls, marker }).includes(key))
    return undefined;
  const pullRequest = ended ?? open;
  if (pullRequest === undefined) return undefined;
  const isThis = pullRequest === ended && readMarker(ended.body)?.units.includes(key) === true;
  return { kind: 'declined', pullRequest, isThis };
}

function whyLeft(
  { branch }: ProposedChange,
  { pulls, standing }: ChangeGround,
  { freeze }: UpdateSettings,
): string | undefined {
  if (pulls.open?.labels.includes(freeze) === true) return `${pulls.open.name} has the label ${freeze}`;
  return standing.kind === 'foreign' ? foreignSentence(standing, branch) : undefined;
}

/** A forge closes the pull request of a branch that goes. That is no person's word: it declines nothing. */
async function noteRemoval({ ground: { pulls }, forge }: Proposing): Promise<void> {
  const marker = pulls.open === undefined ? undefined : readMarker(pulls.open.body);
  if (pulls.open === undefined || marker === undefined) return;
  await forge?.updatePullRequest(pulls.open.id, {
    body: replaceMarker(pulls.open.body, { ...marker, units: [] }),
  });
}

interface Telling extends Pick<Proposing, 'ground'> {
  readonly forge: Forge;
  readonly settings: UpdateSettings;
}

/** Makes the pull request say what is on the branch. */
async function told(
  change: ProposedChange,
  made: MadeChange,
  { ground, forge, settings }: Telling,
): Promise<ChangeEnd> {
  const { pulls } = ground;
  const { open } = pulls;
  const marker = open === undefined ? undefined : readMarker(open.body);
  const declined = declinedUnits({ pulls, marker }).filter((key) => key !== change.key);
  const wanted: WantedPullRequest = {
    title: change.title,
    text: change.describe(made),
    draft: false,
    marker: { ...nothingNoted, units: [change.key], declined },
  };
  if (open === undefined) {
    const pullRequest = await forge.createPullRequest({
      head: change.branch,
      base: parseBranchName(ground.baseBranch ?? ''),
      title: wanted.title,
      body: newBody(wanted),
      draft: false,
      labels: settings.labels,
    });
    return { kind: 'proposed', how: 'opened', pullRequest };
  }
  const edit = changeOf(open, marker, wanted);
  if (edit === undefined) return { kind: 'proposed', how: 'unchanged', pullRequest: open };
  const pullRequest = await forge.updatePullRequest(open.id, edit);
  return { kind: 'proposed', how: 'updated', pullRequest };
}

const nothingNoted: Omit<UpdateMarker, 'title' | 'draft' | 'units' | 'declined'> = {
  apart: [],
  baseFails: undefined,
  outer: [],
  search: undefined,
};
