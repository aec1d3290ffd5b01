import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MemoryForgeWorld, type WorldPullRequest } from '../../src/adapters/forge/memory-world.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { main } from '../../src/cli/main.ts';
import type { CheckState } from '../../src/model/check.ts';
import { digestHex, digestOf, type Digest } from '../../src/model/digest.ts';
import { updateDocumentSchema, type UpdateDocument } from '../../src/model/update-document.ts';
import { git } from './git-ground.ts';
import { serveGit, type GitHttp } from './git-http.ts';
import { startGithubFake } from './github-fake.ts';
import type { GithubFake } from './github-reply.ts';
import { startGitlabFake, type GitlabFake } from './gitlab-fake.ts';
import { pushLayers } from './layered-image.ts';
import type { Served } from './served-registry.ts';
import { temporaryFolder, type Cleaning } from './temporary-folder.ts';

export type NightForge =
  | { readonly kind: 'github'; readonly fake: GithubFake }
  | { readonly kind: 'gitlab'; readonly fake: GitlabFake };

export interface NightEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface NightParts {
  readonly folder: string;
  readonly world: MemoryForgeWorld;
  readonly http: GitHttp;
  readonly served: Served;
  readonly forge: NightForge;
}

const branch = 'lockkeeper/update';

/**
 * `update` as a whole command, from its words to its exit status: a registry of ours, bare repositories behind HTTP, and a
 * forge on loopback that holds requests and answers against what is published. People and CI act on the forge's world.
 */
export class ForgeNight {
  readonly world: MemoryForgeWorld;
  readonly http: GitHttp;
  readonly forge: NightForge;
  readonly folder: string;
  readonly #served: Served;
  #images = 0;
  readonly #pins = new Map<string, Digest>();

  private constructor({ folder, world, http, served, forge }: NightParts) {
    this.folder = folder;
    this.world = world;
    this.http = http;
    this.forge = forge;
    this.#served = served;
  }

  /** A clone of `team/project`, whose compose.yaml pins these images. */
  static async open(
    t: Cleaning,
    kind: NightForge['kind'],
    { served, names }: { readonly served: Served; readonly names: readonly string[] },
  ): Promise<ForgeNight> {
    const folder = await temporaryFolder(t);
    const http = await serveGit(path.join(folder, 'forge'));
    const world = new MemoryForgeWorld();
    const follow = (): void => night.follow();
    const forge: NightForge =
      kind === 'github'
        ? { kind, fake: await startGithubFake(world, follow) }
        : { kind, fake: await startGitlabFake(world, follow) };
    const night = new ForgeNight({ folder, world, http, served, forge });
    t.after(async () => {
      await http[Symbol.asyncDispose]();
      await forge.fake.stop();
    });
    await night.#begin(names);
    return night;
  }

  get clone(): string {
    return path.join(this.folder, 'clone');
  }

  bare(owner = 'team'): string {
    return path.join(this.folder, 'forge', owner, 'project.git');
  }

  async #begin(names: readonly string[]): Promise<void> {
    await mkdir(this.bare(), { recursive: true });
    git(this.bare(), ['init', '-q', '--bare', '-b', 'main']);
    git(this.bare(), ['config', 'http.receivepack', 'true']);
    await mkdir(this.clone);
    git(this.clone, ['init', '-q', '-b', 'main']);
    git(this.clone, ['remote', 'add', 'origin', `${this.http.url}team/project.git`]);
    await this.move(...names);
    const lines = [...this.#pins].map(
      ([name, digest]) => `  ${name}: { image: "${this.#name(name)}@${digest}" }\n`,
    );
    await this.commit({ 'compose.yaml': `services:\n${lines.join('')}` });
  }

  #name(name: string): string {
    return `${this.#served.host}/${path.basename(this.folder).toLowerCase()}/${name}:1`;
  }

  /** Another image under the tag of each. */
  async move(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const place = this.#name(name).slice(this.#served.host.length + 1, -2);
      const content = `${name} ${(this.#images += 1)} ${this.folder}`;
      const digest = await pushLayers(this.#served.registries.open(this.#served.host, place), {
        layers: [[{ name: 'etc/name', content }]],
        tag: '1',
      });
      if (!this.#pins.has(name)) this.#pins.set(name, digest);
    }
  }

  /** As a person does upon main. */
  async commit(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(this.clone, name), text);
    git(this.clone, ['add', '-A']);
    git(this.clone, ['commit', '-q', '-m', 'A change']);
    git(this.clone, ['push', '-q', this.bare(), 'main']);
  }

  /** A fork of `robot`, which the clone knows as the remote `fork`. Only it may be pushed to from now on. */
  async fork(): Promise<void> {
    await mkdir(this.bare('robot'), { recursive: true });
    git(this.bare('robot'), ['init', '-q', '--bare', '-b', 'main']);
    git(this.bare('robot'), ['config', 'http.receivepack', 'true']);
    git(this.clone, ['remote', 'add', 'fork', `${this.http.url}robot/project.git`]);
    this.http.rule = ({ path: asked }) => (/^\/team\/.*git-receive-pack/.test(asked) ? 403 : undefined);
    for (const right of ['issues', 'checks', 'statuses', 'actions'] as const) this.world.denied.add(right);
  }

  /** Branches are what git says. */
  follow(): void {
    if (existsSync(this.bare('robot')))
      for (const [name, commit] of this.heads('robot')) this.world.push(name, commit, 'robot');
    const heads = this.heads();
    for (const [name, commit] of heads)
      if (this.world.branches.get(name) !== commit) this.world.push(name, commit);
    for (const name of [...this.world.branches.keys()]) if (!heads.has(name)) this.world.deleteBranch(name);
  }

  heads(owner = 'team'): ReadonlyMap<string, string> {
    const said = git(this.bare(owner), [
      'for-each-ref',
      '--format=%(objectname) %(refname:lstrip=2)',
      'refs/heads',
    ]);
    const lines = said.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  /** The environment of a job of this forge. */
  get environment(): Readonly<Record<string, string>> {
    const { kind, fake } = this.forge;
    const home = { PATH: process.env['PATH'] ?? '', HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1' };
    const server = this.http.url.slice(0, -1);
    return kind === 'github'
      ? {
          ...home,
          GITHUB_ACTIONS: 'true',
          GITHUB_SERVER_URL: server,
          GITHUB_API_URL: fake.url.href,
          GITHUB_TOKEN: fake.token,
        }
      : {
          ...home,
          GITLAB_CI: 'true',
          CI_SERVER_URL: server,
          CI_API_V4_URL: fake.url.href,
          GITLAB_TOKEN: fake.token,
        };
  }

  async run(
    words: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<NightEnd> {
    const said = { stdout: '', stderr: '' };
    const stream = (name: keyof typeof said) => ({
      write: (text: string): void => void (said[name] += text),
      isTerminal: false,
      columns: undefined,
    });
    const status = await main({
      words: ['update', '--quiet', '--ledger', path.join(this.folder, 'ledger'), ...words],
      env: { ...this.environment, ...environment },
      cwd: this.clone,
      clock: systemClock,
      signal: new AbortController().signal,
      ask: undefined,
      stdout: stream('stdout'),
      stderr: stream('stderr'),
    });
    this.follow();
    return { status, ...said };
  }

  /** A run that came to its end. */
  async night(words: readonly string[] = []): Promise<UpdateDocument> {
    const { stdout, stderr, status } = await this.run(['--json', ...words]);
    assert.equal(stderr, '');
    const document = updateDocumentSchema.parse(JSON.parse(stdout));
    assert.equal(document.exit, status);
    return document;
  }

  get tip(): string | undefined {
    return this.heads().get(branch);
  }

  /** What a file says on our branch. */
  file(name: string, owner?: string): string {
    return git(this.bare(owner), ['show', `${branch}:${name}`]);
  }

  moved(owner?: string): readonly string[] {
    const text = this.file('compose.yaml', owner);
    return [...this.#pins].filter(([, digest]) => !text.includes(digest)).map(([name]) => name);
  }

  /** CI of branch and base says what it says of the moved ones. */
  check(isGood: (moved: readonly string[]) => boolean): void {
    this.follow();
    const report = (commit: string, state: CheckState, owner?: string): void => {
      // A fork's pipelines are its own.
      const by = owner === undefined ? 'ci' : 'fork';
      const rest = {
        kind: 'run',
        by,
        title: '',
        summary: '',
        url: 'https://ci.example.org/1',
      } as const;
      this.world.report(commit, { ...rest, name: 'ci', state });
    };
    const owner = existsSync(this.bare('robot')) ? 'robot' : undefined;
    const tip = this.heads(owner).get(branch);
    if (tip !== undefined) report(tip, isGood(this.moved(owner)) ? 'passed' : 'failed', owner);
    report(this.heads().get('main') ?? '', isGood([]) ? 'passed' : 'failed');
  }

  /** As {@link check}, where CI runs on the merge of our branch into main alone, on a commit that the forge makes. */
  checkMerged(isGood: (moved: readonly string[]) => boolean): void {
    this.follow();
    const { forge, tip } = this;
    const upon = this.heads().get('main');
    assert.ok(forge.kind === 'gitlab' && tip !== undefined && upon !== undefined);
    const commit = digestHex(digestOf(`${upon} ${tip}`)).slice(0, 40);
    const { number: mergeRequest } = this.pull();
    const state = isGood(this.moved()) ? 'passed' : 'failed';
    if (forge.fake.merges.every((merge) => merge.commit !== commit))
      forge.fake.merges.push({
        ...{ mergeRequest, kind: 'merge', commit, parents: [upon, tip] },
        status: state === 'passed' ? 'success' : 'failed',
      });
    this.world.report(commit, {
      kind: 'run',
      name: 'ci',
      by: '',
      title: '',
      summary: '',
      url: undefined,
      state,
    });
  }

  pull(): WorldPullRequest {
    const last = [...this.world.pullRequests.values()].at(-1);
    assert.ok(last !== undefined, 'there is a pull request');
    return last;
  }

  /** How often the forge was asked to change something so far. */
  writes(): number {
    return this.forge.fake.server.seen.filter(({ method }) => method !== 'GET').length;
  }
}
