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
  { tools, context, watching, programs }: Updating,
): Promise<Updated> {
  const repository = await tools.git.open(order.directory);
  const { url } = await repository.remote(settings.remote);
  const question = { forge: settings.forge, remote: url, directory: programs };
  const opened = openForge(question, context.env, context.signal);
  try {
    if (opened.kind === 'plain')
      return await updatePlainly({ ...order, settings, access: undefined }, tools, watching);
    const { forge, outerLoops } = opened;
    const publishing = { ...order, settings, describe: updateBody, issues: updateIssues };
    return await publishUpdate(publishing, { ...tools, forge, outerLoops, access: undefined }, watching);
  } finally {
    await opened.close();
  }
}
