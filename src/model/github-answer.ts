import * as z from 'zod';
import { answerReader, bodySchema, commitSchema, idSchema } from './forge-answer.ts';
import type { PullRequest } from './pull-request.ts';

/** Answers of GitHub’s REST interface (docs.github.com/rest). Its published description is what the tests hold them against. */

const author = z
  .object({ login: z.string(), type: z.string() })
  .nullish()
  .transform((user) => user ?? { login: '', type: '' });

const repository = z.object({
  id: idSchema,
  full_name: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  html_url: z.string(),
  default_branch: z.string(),
});

export type GithubRepository = z.output<typeof repository>;
export const readGithubRepository = answerReader(repository);

// It becomes a URL that is fetched.
const repositoryName = /^[A-Za-z0-9-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/;

export const readGithubRepositories = answerReader(
  z.array(
    z.object({
      full_name: z.string().regex(repositoryName),
      archived: z.boolean().default(false),
      disabled: z.boolean().default(false),
    }),
  ),
);

const pullRequest = z
  .object({
    number: idSchema,
    node_id: z.string(),
    html_url: z.string(),
    state: z.enum(['open', 'closed']),
    merged_at: z.string().nullish(),
    draft: z.boolean().default(false),
    title: z.string(),
    body: bodySchema,
    labels: z.array(z.object({ name: z.string() })),
    base: z.object({ ref: z.string() }),
    head: z.object({ sha: commitSchema, repo: z.object({ id: idSchema }).nullish() }),
  })
  .transform((one) => ({
    nodeId: one.node_id,
    /** Undefined: the fork is no more. */
    fromRepository: one.head.repo?.id,
    pullRequest: {
      id: one.number,
      name: `#${one.number}`,
      url: one.html_url,
      state: one.merged_at === null || one.merged_at === undefined ? one.state : 'merged',
      draft: one.draft,
      title: one.title,
      body: one.body,
      labels: one.labels.map(({ name }) => name).toSorted(),
      base: one.base.ref,
      commit: one.head.sha,
    } satisfies PullRequest,
  }));

export type GithubPullRequest = z.output<typeof pullRequest>;

export const readGithubPullRequest = answerReader(pullRequest);
export const readGithubPullRequests = answerReader(z.array(pullRequest));
export const readGithubLabels = answerReader(z.array(z.object({ name: z.string() })));

const comment = z.object({ id: idSchema, user: author, body: bodySchema });
export const readGithubComments = answerReader(z.array(comment));

const issue = z.object({
  number: idSchema,
  html_url: z.string(),
  title: z.string(),
  body: bodySchema,
  user: author,
  pull_request: z.unknown().optional(),
});

export type GithubIssue = z.output<typeof issue>;
export const readGithubIssue = answerReader(issue);
export const readGithubIssues = answerReader(z.array(issue));

export const readGithubUser = answerReader(z.object({ login: z.string() }));

/**
 * What GraphQL refuses although it answers 200, with the status that REST has for it; undefined: nothing. Its own trouble
 * mostly has no type (docs.github.com/graphql, "Rate limits and query limits": an error's type and message tell the limits).
 */
export const readGithubGraphql = answerReader(
  z
    .object({ errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).optional() })
    .transform(({ errors: [first] = [] }) =>
      first === undefined ? undefined : { status: statusOf(first), message: first.message },
    ),
);

function statusOf({ type, message }: { readonly type?: string | undefined; message: string }): number {
  if (type === 'RATE_LIMITED' || /\brate limit\b/i.test(message)) return 429;
  if (type === 'SERVICE_UNAVAILABLE' || /^something went wrong\b/i.test(message)) return 503;
  return type === 'FORBIDDEN' ? 403 : 422;
}

/** What GitHub says when it refuses; an empty text where it says nothing that we understand. */
export function readGithubRefusal(data: unknown): string {
  const refusal = z
    .object({
      message: z.string(),
      errors: z
        .array(
          z.union([z.string(), z.object({ message: z.string().optional(), code: z.string().optional() })]),
        )
        .optional()
        .catch(undefined),
    })
    .safeParse(data);
  if (!refusal.success) return '';
  const more = (refusal.data.errors ?? []).map((each) =>
    typeof each === 'string' ? each : (each.message ?? each.code ?? ''),
  );
  return [refusal.data.message, ...more].filter((text) => text !== '').join('; ');
}
