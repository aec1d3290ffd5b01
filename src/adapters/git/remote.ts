import { limits } from '../../base/limits.ts';
import { Failure } from '../../base/failure.ts';
import { isBranchName, type BranchName } from '../../model/branch-name.ts';
import { isCommitId, type CommitId } from '../../model/commit.ts';
import type { BranchMove, GitAccess, GitRemote, PushAnswer } from '../../ports/git.ts';
import { accessEnvironment, isPrivate, withoutLogin } from './access.ts';
import type { Git } from './git.ts';
import { readPush, type PushReport } from './push-report.ts';
import {
  isDenied,
  traceEnvironment,
  troubleOf,
  wordsOf,
  type RemoteTrouble,
} from '../../base/git-trouble.ts';

/** @throws Failure `revision-invalid` */
export async function openRemote(
  git: Git,
  named: string,
  access: GitAccess | undefined,
): Promise<RemoteByGit> {
  // A URL with a login would stand in the arguments of a program, which all users of a machine can read.
  if (isPlainUrl(named)) return remoteAt(git, { named, urls: [named], access });
  const isName = /^[A-Za-z0-9_][\w./-]*$/.test(named);
  const asked = await Promise.all(
    isName ? [[], ['--push']].map((words) => git.run(['remote', 'get-url', ...words, named])) : [],
  );
  const urls = asked.flatMap(({ status, stdout }) =>
    status === 0 ? [stdout.replace(/\n[\s\S]*$/, '')] : [],
  );
  if (urls.length > 0) return remoteAt(git, { named, urls, access });
  throw new Failure('revision-invalid', `${JSON.stringify(named)} is no remote of ${git.folder}`, {
    hint: 'Name one that `git remote` shows, or a URL without a login.',
  });
}

function isPlainUrl(text: string): boolean {
  return /^(?:https?|ssh|file):\/\/[^\s\0]+$/.test(text) && withoutLogin(text) === text;
}

function remoteAt(git: Git, place: RemotePlace): RemoteByGit {
  const open = place.urls.find((url) => /^http:/i.test(url) && !isPrivate(url));
  if (place.access === undefined || open === undefined) return new RemoteByGit(git, place);
  throw new Failure('remote-denied', `${withoutLogin(open)} is plain HTTP, over which no token is sent`, {
    hint: 'Let the remote be https: `git remote set-url REMOTE URL`.',
  });
}

interface RemotePlace {
  readonly named: string;
  /** Where it is read from, and where it is written to. */
  readonly urls: readonly string[];
  readonly access: GitAccess | undefined;
}

export class RemoteByGit implements GitRemote {
  readonly #git: Git;
  /** Where a server has sent us since, it is that place. */
  #place: RemotePlace;
  readonly #access: GitAccess | undefined;
  readonly url: string;

  constructor(git: Git, place: RemotePlace) {
    this.#git = git;
    this.#place = place;
    this.#access = place.access;
    this.url = withoutLogin(place.urls[0] ?? '');
  }

  get #named(): string {
    return this.#place.named;
  }

  async defaultBranch(): Promise<BranchName | undefined> {
    const listed = await this.#ask(['ls-remote', '--symref', '--', this.#named, 'HEAD']);
    const name = /^ref: refs\/heads\/([^\t\n]+)\tHEAD$/m.exec(listed)?.[1];
    return name !== undefined && isBranchName(name) ? name : undefined;
  }

  async branch(name: BranchName): Promise<CommitId | undefined> {
    const ref = `refs/heads/${name}`;
    const listed = await this.#ask(['ls-remote', '--', this.#named, ref]);
    // What is asked for is a pattern to git: it also finds longer names that end so.
    const line = listed.split('\n').find((each) => each.endsWith(`\t${ref}`));
    const id = line?.slice(0, line.indexOf('\t')) ?? '';
    return isCommitId(id) ? id : undefined;
  }

  async fetch(name: BranchName): Promise<CommitId | undefined> {
    for (let round = 1; ; round += 1) {
      const at = await this.branch(name);
      if (at === undefined || (await this.#has(at))) return at;
      const result = await this.#run(fetchWords(await this.#depth(), this.#named, [at]));
      if (result.status === 0) return at;
      // Between the question and the fetch it may have moved, and then some servers do not hand out the old commit.
      if (round >= limits.fetchRoundsMax || (await this.branch(name)) === at) throw this.#trouble(result);
    }
  }

  /** Fetches so many more commits below the ends of a shallow clone; undefined: all. */
  async deepen(commits: readonly CommitId[], count: number | undefined): Promise<void> {
    await this.#ask(
      fetchWords([count === undefined ? '--unshallow' : `--deepen=${count}`], this.#named, commits),
    );
  }

  async push(move: BranchMove): Promise<PushAnswer> {
    const { branch, expected, to } = move;
    const ref = `refs/heads/${branch}`;
    const words = [
      'push',
      '--porcelain',
      '--quiet',
      '--no-verify',
      '--no-signed',
      '--no-follow-tags',
      '--recurse-submodules=no',
      `--force-with-lease=${ref}:${expected ?? ''}`,
      '--',
      this.#named,
      `${to ?? ''}:${ref}`,
    ];
    const first = await this.#pushOnce(words, ref);
    if (first.kind === 'done') return { kind: 'done' };
    // What went wrong is told by where the branch stands now: words differ from forge to forge, and an answer may be lost.
    const at = await this.branch(branch);
    if (at === to) return { kind: 'done' };
    if (at !== expected) return { kind: 'moved', at };
    if (first.kind === 'rejected') return { kind: 'refused', said: first.said };
    if (first.trouble.status !== undefined) {
      if (isDenied(first.trouble)) return { kind: 'refused', said: first.said };
      throw troubleOf(this.url, first.trouble);
    }
    // SSH tells a broken line from a lacking right in words alone: what works for reading and fails twice is refused.
    const second = await this.#pushOnce(words, ref);
    if (second.kind === 'done' || (await this.branch(branch)) === to) return { kind: 'done' };
    return { kind: 'refused', said: second.said };
  }

  async #pushOnce(words: readonly string[], ref: string): Promise<PushReport> {
    return readPush(await this.#run(words), ref, this.#secrets());
  }

  /** A shallow clone stays one: of a branch that it does not know, it gets the tip. */
  async #depth(): Promise<readonly string[]> {
    const isShallow = (await this.#git.ask(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
    return isShallow ? ['--depth=1'] : [];
  }

  /** Whether this clone holds the commit with its tree: a part that was fetched for something else is not enough. */
  async #has(commit: CommitId): Promise<boolean> {
    const words = ['rev-list', '--quiet', '--objects', '--max-count=1', commit, '--not', '--all', '--'];
    return (await this.#git.run(words, { env: { GIT_NO_LAZY_FETCH: '1' } })).status === 0;
  }

  async #ask(words: readonly string[]): Promise<string> {
    const result = await this.#run(words);
    if (result.status === 0) return result.stdout;
    throw this.#trouble(result);
  }

  /** The remote stands behind `--`. To another place of the same server we go with the token, once; git would go anywhere. */
  async #run(words: readonly string[]): ReturnType<Git['run']> {
    for (let moves = 0; ; moves += 1) {
      const { named, urls, access } = this.#place;
      const at = words.map((word, index) => (words[index - 1] === '--' ? named : word));
      const env = access === undefined ? {} : accessEnvironment(access, urls);
      const result = await this.#git.run(at, {
        env: { ...traceEnvironment, ...env },
        timeoutMs: limits.gitTransferMs,
      });
      const moved = result.status === 0 || moves > 0 ? undefined : this.#movedTo(result);
      if (moved === undefined) return result;
      this.#place = { named: moved, urls: [moved], access };
    }
  }

  /** Such as the same URL with `.git` at its end, or the name that a repository has by now. */
  #movedTo({ stderr }: { readonly stderr: string }): string | undefined {
    const { urls, access } = this.#place;
    const { movedTo } = wordsOf(stderr, this.#secrets());
    if (access === undefined || movedTo === undefined || !isPlainUrl(movedTo)) return undefined;
    const isHome = urls.every((url) => URL.parse(url)?.origin === URL.parse(movedTo)?.origin);
    return isHome && new Set(urls.map(withoutLogin)).size === 1 ? movedTo : undefined;
  }

  #trouble(result: { readonly stderr: string }): Failure {
    const trouble: RemoteTrouble = wordsOf(result.stderr, this.#secrets());
    return troubleOf(this.url, trouble);
  }

  #secrets(): readonly string[] {
    return this.#access === undefined ? [] : [this.#access.authorization.replace(/^\w+ /, '')];
  }
}

/** Fetches exactly these commits, and changes no ref: neither one of ours, nor a tag, nor `FETCH_HEAD`. */
function fetchWords(
  depth: readonly string[],
  remote: string,
  commits: readonly CommitId[],
): readonly string[] {
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--refmap='];
  const alone = ['--no-recurse-submodules', '--no-prune', '--no-prune-tags', '--no-auto-maintenance'];
  return ['fetch', ...quiet, ...alone, ...depth, '--', remote, ...commits];
}
