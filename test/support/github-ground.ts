import { test } from 'node:test';
import { GithubClient, type GithubOptions } from '../../src/adapters/forge/github/client.ts';
import { githubForge } from '../../src/adapters/forge/github/github.ts';
import type { GithubLogin } from '../../src/adapters/forge/github/login.ts';
import { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { FakeClock } from './fake-clock.ts';
import { startGithubFake } from './github-fake.ts';
import type { GithubFake } from './github-reply.ts';

const proxies = { http: '', https: '', except: '' };
export const commit = 'a'.repeat(40);
/** A pull request, and the commit that its branch stands at. */
export const order = {
  head: 'lockkeeper/update',
  base: 'main',
  title: 'Update',
  body: '',
  draft: false,
  labels: [],
};

export function githubClient(
  fake: GithubFake,
  login: GithubLogin,
  {
    clock = new FakeClock(),
    fork,
    repository = 'team/project',
  }: { readonly clock?: FakeClock } & Partial<Pick<GithubOptions, 'fork' | 'repository'>> = {},
): GithubClient {
  return new GithubClient({
    api: fake.url,
    repository,
    fork,
    login,
    clock,
    random: () => 0.5,
    proxies,
  });
}

export const tokenOf = (fake: GithubFake): GithubLogin => ({
  kind: 'token',
  token: fake.token,
  source: 'GITHUB_TOKEN',
});

export interface GithubGround {
  readonly world: MemoryForgeWorld;
  readonly fake: GithubFake;
  readonly clock: FakeClock;
  readonly open: (login?: GithubLogin) => Forge;
}

/** One test before a GitHub on loopback; `open` logs in there. */
export function github(situation: string, work: (ground: GithubGround) => void | Promise<void>): void {
  test(`github: ${situation}`, async () => {
    const world = new MemoryForgeWorld();
    const fake = await startGithubFake(world);
    const clock = new FakeClock();
    const clients: GithubClient[] = [];
    world.push(order.head, commit);
    const open = (login = tokenOf(fake)): Forge => {
      const client = githubClient(fake, login, { clock });
      clients.push(client);
      return githubForge(client);
    };
    try {
      await work({ world, fake, clock, open });
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await fake.stop();
    }
  });
}
