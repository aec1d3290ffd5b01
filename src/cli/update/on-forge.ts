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
  /** Outer loops of the config may start programs of this machine. */
  readonly mayRunPrograms: boolean;
}

export interface Updated extends UpdateResult {
  readonly pullRequest?: PullRequest | undefined;
}

/** With a pull request where there is a forge; else the branch is pushed. */
export async function updateOnForge(
  order: UpdateOrder,
  settings: UpdateSettings,
  { tools, context, watching, mayRunPrograms }: Updating,
): Promise<Updated> {
  const repository = await tools.git.open(order.directory);
  const { url } = await repository.remote(settings.remote);
  const directory = mayRunPrograms ? order.directory : undefined;
  const opened = openForge({ forge: settings.forge, remote: url, directory }, context.env, context.signal);
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
