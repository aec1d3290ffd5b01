import { programFailed, runCommand, type CommandResult } from '../../base/command.ts';
import { gitSpec, type GitEnvironment } from '../../base/git-command.ts';
import { limits } from '../../base/limits.ts';

export interface GitCall {
  readonly env?: GitEnvironment;
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs?: number;
}

/** The `git` program in one clone. What the clone's config could do to an answer is turned off. */
export class Git {
  readonly folder: string;
  readonly env: GitEnvironment;

  constructor(folder: string, env: GitEnvironment) {
    this.folder = folder;
    this.env = {
      ...env,
      // Neither what `git replace` says nor a pattern in a path is meant.
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_LITERAL_PATHSPECS: '1',
    };
  }

  /** Any exit status is an answer. */
  run(words: readonly string[], call: GitCall = {}): Promise<CommandResult> {
    const spec = gitSpec(this.folder, { ...this.env, ...call.env }, words);
    return runCommand(
      {
        ...spec,
        ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
        ...(call.stdin === undefined ? {} : { stdin: once(call.stdin) }),
      },
      limits.gitListBytesMax,
    );
  }

  /** Standard output. @throws Failure `program-failed` for an exit status other than 0 */
  async ask(words: readonly string[], call: GitCall = {}): Promise<string> {
    const result = await this.run(words, call);
    if (result.status === 0) return result.stdout;
    throw programFailed(gitSpec(this.folder, this.env, words), result);
  }
}

async function* once(bytes: string | Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
