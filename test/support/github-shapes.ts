import type {
  MemoryForgeWorld,
  WorldCheck,
  WorldPullRequest,
  WorldText,
  WorldThread,
} from '../../src/adapters/forge/memory-world.ts';
import type { CheckState } from '../../src/model/check.ts';
import type { FakeRun } from './github-reply.ts';
import { given, object, over, texts } from './json-parts.ts';

/** The world in GitHub's shapes: published examples, with what counts put over them. */

/** What a repository is called, by the key that the world has for a fork: its owner, or `owner/name`. */
export function nameOf(world: MemoryForgeWorld, fork: string | undefined): string {
  if (fork === undefined) return world.repository;
  return fork.includes('/') ? fork : `${fork}/project`;
}

/** Another one for each repository. */
export function repositoryId(name: string): number {
  return Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7);
}

export function pullRequestOf(world: MemoryForgeWorld, one: WorldPullRequest, template: unknown): unknown {
  const { head, base } = object(template);
  const name = nameOf(world, one.fork);
  const own = { id: repositoryId(name), full_name: name };
  return over(template, {
    number: one.number,
    node_id: `PR_${one.number}`,
    // The published example is not what the description says here.
    requested_teams: [],
    state: one.state === 'open' ? 'open' : 'closed',
    merged: one.state === 'merged',
    merged_at: one.state === 'merged' ? '2026-11-21T00:00:00Z' : null,
    draft: one.draft,
    title: one.title,
    body: one.body,
    labels: [...one.labels].map((label) => labelOf(label)),
    head: over(head, { ref: one.head, sha: one.commit, repo: over(object(head)['repo'], own) }),
    base: over(base, { ref: one.base }),
  });
}

function labelOf(name: string): unknown {
  const url = 'https://api.github.com/repos/team/project/labels/x';
  return { id: 1, node_id: 'x', url, name, description: '', color: 'f29513', default: false };
}

export function labelsOf({ labels }: WorldThread, _template: unknown): unknown {
  return [...labels].map(labelOf);
}

function userOf(login: string, template: unknown): unknown {
  return over(template, { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' });
}

export function commentOf({ id, author, body }: WorldText, template: unknown): unknown {
  return over(template, { id, body, user: userOf(author, object(template)['user']) });
}

export function issueOf(
  { number, title, body, author, state, labels }: WorldThread,
  template: unknown,
): unknown {
  const { pull_request: _no, ...rest } = object(template);
  return over(rest, {
    number,
    title,
    body,
    state: state === 'open' ? 'open' : 'closed',
    labels: [...labels].map(labelOf),
    user: userOf(author, rest['user']),
  });
}

export function checkRunOf(
  { id, name, by, state, url, title, summary }: WorldCheck,
  template: unknown,
): unknown {
  const done = state !== 'running';
  const output = over(object(template)['output'], { title, summary });
  return over(template, {
    id,
    name,
    external_id: by === 'lockkeeper[bot]' ? 'lockkeeper' : '',
    status: done ? 'completed' : 'in_progress',
    conclusion: {
      running: null,
      passed: 'success',
      failed: 'failure',
      neutral: 'neutral',
      errored: 'cancelled',
    }[state],
    output,
    html_url: url ?? null,
    details_url: url ?? null,
  });
}

export function checkFrom(body: unknown, by: string): Omit<WorldCheck, 'id'> {
  const output = object(object(body)['output']);
  const { name } = texts(body, 'name');
  const { title, summary } = texts(output, 'title', 'summary');
  const conclusion = given(body, 'conclusion')['conclusion'];
  const ends: Readonly<Record<string, CheckState>> = {
    success: 'passed',
    failure: 'failed',
    neutral: 'neutral',
  };
  const state = conclusion === undefined ? 'running' : (ends[conclusion] ?? 'errored');
  return { kind: 'run', name, by, state, title, summary, url: given(body, 'details_url')['details_url'] };
}

export function statusOf({ id, name, state, url, title }: WorldCheck, template: unknown): unknown {
  const told = {
    running: 'pending',
    passed: 'success',
    failed: 'failure',
    neutral: 'success',
    errored: 'error',
  }[state];
  return over(template, { id, context: name, state: told, target_url: url ?? null, description: title });
}

export function fromStatus(state: string): CheckState {
  if (state === 'success') return 'passed';
  return state === 'pending' ? 'running' : 'failed';
}

export function runOf(id: number, { commit, status, conclusion }: FakeRun, template: unknown): unknown {
  return over(template, { id, head_sha: commit, status, conclusion });
}
