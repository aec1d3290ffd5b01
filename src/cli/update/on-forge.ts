import { Failure, isFailure } from '../../base/failure.ts';
import type { Watching } from '../../flows/tools.ts';
import { publishUpdate } from '../../flows/update/publish.ts';
import type { UpdateResult } from '../../flows/update/update-local.ts';
import { updatePlainly } from '../../flows/update/update-plain.ts';
import type { UpdateOrder, UpdateTools } from '../../flows/update/update.ts';
import type { PullRequest } from '../../model/pull-request.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import { openForge } from '../../wire/forges.ts';
import type { Context } from '../command.ts';
import { updateBody } from './body.ts';
import { updateIssues } from './issues.ts';

export interface Updating {
  readonly tools: UpdateTools;
  readonly context: Pick<Context, 'env' | 'signal'>;
  readonly watching: Watching;
  /** The git remote of a fork that we push to; undefined: we push to the repository itself. */
  readonly fork: string | undefined;
  /** Folder in which outer loops of the config may start programs of this machine; undefined: they may start none. */
  readonly programs: string | undefined;
}

export interface Updated extends UpdateResult {
  readonly pullRequest?: PullRequest | undefined;
}

/** With a pull request where there is a forge; else the branch is pushed. */
export async function updateOnForge(
  order: UpdateOrder,
  settings: UpdateSettings,
  { tools, context, watching, fork, programs }: Updating,
): Promise<Updated> {
  const repository = await tools.git.open(order.directory);
  const urlOf = async (remote: string): Promise<string> => (await repository.remote(remote)).url;
  const question = {
    forge: settings.forge,
    remote: await urlOf(settings.remote).catch(withoutRemote),
    fork: fork === undefined ? undefined : await urlOf(fork),
    directory: programs,
  };
  const opened = openForge(question, context.env, context.signal);
  try {
    const { outerLoops } = opened;
    if (opened.kind === 'plain')
      return await updatePlainly({ ...order, settings, why: opened.why }, { ...tools, outerLoops }, watching);
    const { forge, access } = opened;
    const publishing = { ...order, settings, fork, describe: updateBody, issues: updateIssues };
    return await publishUpdate(publishing, { ...tools, forge, outerLoops, access }, watching);
  } finally {
    await opened.close();
  }
}

/** A clone without a remote is no mistake of the person: the branch can stay there. */
function withoutRemote(error: unknown): never {
  if (!isFailure(error, 'revision-invalid')) throw error;
  throw new Failure(error.code, error.message, {
    hint: 'Add it with `git remote add`, name another one in lockkeeper.yaml (update.remote), or leave the branch in this clone with --local.',
    cause: error.cause,
  });
}
