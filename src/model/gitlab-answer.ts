import * as z from 'zod';
import type { CheckState } from './check.ts';
import { answerReader, bodySchema, commitSchema, idSchema, pageSchema } from './forge-answer.ts';
import type { PullRequest } from './pull-request.ts';

/** Answers of GitLab’s REST interface, version 4 (docs.gitlab.com/api/rest). */

const project = z.object({
  id: idSchema,
  path_with_namespace: z.string(),
  web_url: z.string(),
  default_branch: z.string(),
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
});

export type GitlabProject = z.output<typeof project>;
export const readGitlabProject = answerReader(project);

// It becomes a URL that is fetched.
const projectPath = /^[A-Za-z0-9_][\w.-]*(?:\/(?!\.{1,2}(?:\/|$))[\w.][\w.-]*)+$/;

export const readGitlabProjects = answerReader(
  z.array(
    z.object({
      path_with_namespace: z.string().max(1_000).regex(projectPath),
      archived: z.boolean().default(false),
    }),
  ),
);

// "Draft:" is how a title says it; older servers have other words for it.
const draftPrefix = /^(?:draft:|\[draft\]|\(draft\)|wip:|\[wip\])\s*/i;

const mergeRequest = z
  .object({
    iid: idSchema,
    web_url: z.string(),
    state: z.enum(['opened', 'closed', 'locked', 'merged']),
    title: z.string(),
    description: bodySchema,
    draft: z.boolean().optional(),
    work_in_progress: z.boolean().optional(),
    labels: z.array(z.string()),
    target_branch: z.string(),
    source_project_id: idSchema.nullish(),
    // Not known for a moment after it was made.
    sha: commitSchema.nullish(),
  })
  .transform((one) => {
    // Locked is what it is while it is being merged.
    const state = one.state === 'opened' || one.state === 'locked' ? 'open' : one.state;
    const draft = one.draft ?? one.work_in_progress ?? false;
    return {
      fromProject: one.source_project_id,
      pullRequest: {
        id: one.iid,
        name: `!${one.iid}`,
        url: one.web_url,
        state,
        draft,
        title: draft ? one.title.replace(draftPrefix, '') : one.title,
        body: one.description,
        labels: one.labels.toSorted(),
        base: one.target_branch,
        commit: one.sha ?? undefined,
      } satisfies PullRequest,
    };
  });

export type GitlabMergeRequest = z.output<typeof mergeRequest>;
export const readGitlabMergeRequest = answerReader(mergeRequest);
export const readGitlabMergeRequests = answerReader(z.array(mergeRequest));

export const readGitlabUser = answerReader(z.object({ username: z.string() }));

export const readGitlabNotes = answerReader(
  z.array(
    z.object({
      id: idSchema,
      body: bodySchema,
      system: z.boolean(),
      author: z.object({ username: z.string() }),
    }),
  ),
);

const issue = z.object({
  iid: idSchema,
  web_url: z.string(),
  title: z.string(),
  description: bodySchema,
  author: z.object({ username: z.string() }),
});

export type GitlabIssue = z.output<typeof issue>;
export const readGitlabIssue = answerReader(issue);
export const readGitlabIssues = answerReader(z.array(issue));

// GitLab may add words; one that we do not know is no answer yet.
const states: ReadonlyMap<string, CheckState> = new Map([
  ['success', 'passed'],
  ['failed', 'failed'],
  ['skipped', 'neutral'],
  ['manual', 'neutral'],
  ['canceled', 'errored'],
  ['canceling', 'errored'],
]);

function gitlabState(status: string): CheckState {
  return states.get(status) ?? 'running';
}

const status = z
  .object({
    name: z.string(),
    status: z.string(),
    target_url: pageSchema,
    description: z.string().nullish(),
    allow_failure: z.boolean().nullish(),
    author: z.object({ username: z.string() }).nullish(),
  })
  .transform(({ name, status: state, target_url: url, allow_failure: mayFail, description }) => ({
    description: description ?? '',
    check: {
      name,
      by: '',
      state: mayFail === true && state === 'failed' ? ('neutral' as const) : gitlabState(state),
      url,
    },
  }));

export type GitlabStatus = z.output<typeof status>;
export const readGitlabStatuses = answerReader(z.array(status));

const pipeline = z
  .object({ id: idSchema, sha: commitSchema, status: z.string(), web_url: pageSchema })
  .transform(({ id, sha, status: state, web_url: url }) => ({
    commit: sha,
    run: { id, url, state: gitlabState(state) },
  }));

export const readGitlabPipeline = answerReader(pipeline);
export const readGitlabPipelines = answerReader(z.array(pipeline));

/** Pipelines of one merge request, the youngest first. */
const mergePipeline = z
  .object({
    id: idSchema,
    project_id: idSchema.nullish(),
    sha: commitSchema,
    ref: z.string(),
    status: z.string(),
    web_url: pageSchema,
  })
  .transform(({ id, project_id: runsIn, sha, ref, status: state, web_url: url }) => ({
    ...{ id, runsIn, sha, ref, url },
    state: gitlabState(state),
  }));

export type GitlabMergePipeline = z.output<typeof mergePipeline>;
export const readGitlabMergePipelines = answerReader(z.array(mergePipeline));

/** The parents of a commit. */
export const readGitlabParents = answerReader(
  z.object({ parent_ids: z.array(commitSchema) }).transform(({ parent_ids: parents }) => parents),
);

/** What GitLab says when it refuses: a text, or texts by field; an empty text where it says nothing that we understand. */
export function readGitlabRefusal(data: unknown): string {
  const refusal = z
    .object({
      message: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
      error: z.string().optional(),
      error_description: z.string().optional(),
      scope: z.string().optional(),
    })
    .safeParse(data);
  if (!refusal.success) return '';
  const { message, error, error_description: more, scope } = refusal.data;
  const said = typeof message === 'object' ? JSON.stringify(message) : message;
  return [said, error, more, scope === undefined ? undefined : `scope ${scope}`]
    .filter((text) => text !== undefined && text !== '')
    .join('; ');
}
