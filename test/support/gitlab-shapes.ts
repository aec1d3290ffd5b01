import * as z from 'zod';

/**
 * The shapes that GitLab publishes for its REST interface, version 4, as far as we use them, written down by hand from
 * docs.gitlab.com/api: projects, merge_requests, notes, issues, commits ("Commit status"
 * among them), pipelines, users. Requests are
 * strict: GitLab itself ignores what it does not know.
 */

const user = z.object({
  id: z.int(),
  username: z.string(),
  name: z.string(),
  state: z.string(),
  avatar_url: z.string().nullable(),
  web_url: z.url(),
});

const project = z.object({
  id: z.int(),
  description: z.string().nullable(),
  name: z.string(),
  path_with_namespace: z.string(),
  created_at: z.iso.datetime(),
  default_branch: z.string(),
  web_url: z.url(),
  visibility: z.enum(['private', 'internal', 'public']),
  only_allow_merge_if_pipeline_succeeds: z.boolean(),
});

const groupProject = project
  .omit({ only_allow_merge_if_pipeline_succeeds: true })
  .extend({ archived: z.boolean(), empty_repo: z.boolean() });

const groupProjects = z.strictObject({
  archived: z.enum(['true', 'false']).optional(),
  include_subgroups: z.enum(['true', 'false']).optional(),
  with_shared: z.enum(['true', 'false']).optional(),
  order_by: z
    .enum(['id', 'name', 'path', 'created_at', 'updated_at', 'similarity', 'last_activity_at'])
    .optional(),
  sort: z.enum(['asc', 'desc']).optional(),
  page: z.string().optional(),
  per_page: z.string().optional(),
});

const mergeRequest = z.object({
  id: z.int(),
  iid: z.int(),
  project_id: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  created_at: z.iso.datetime(),
  target_branch: z.string(),
  source_branch: z.string(),
  author: user,
  source_project_id: z.int().nullable(),
  target_project_id: z.int(),
  labels: z.array(z.string()),
  draft: z.boolean(),
  work_in_progress: z.boolean(),
  sha: z.string().nullable(),
  web_url: z.url(),
});

const note = z.object({
  id: z.int(),
  body: z.string(),
  author: user,
  system: z.boolean(),
  noteable_type: z.string(),
  created_at: z.iso.datetime(),
});

const issue = z.object({
  id: z.int(),
  iid: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  state: z.enum(['opened', 'closed']),
  labels: z.array(z.string()),
  author: user,
  web_url: z.url(),
});

const status = z.object({
  id: z.int(),
  sha: z.string(),
  ref: z.string().nullable(),
  status: z.enum(['created', 'pending', 'running', 'success', 'failed', 'canceled', 'skipped', 'manual']),
  name: z.string(),
  target_url: z.string().nullable(),
  description: z.string().nullable(),
  allow_failure: z.boolean(),
  author: user,
});

const pipeline = z.object({
  id: z.int(),
  iid: z.int(),
  project_id: z.int(),
  sha: z.string(),
  ref: z.string(),
  status: z.string(),
  source: z.string(),
  web_url: z.url(),
});

const mergePipeline = pipeline.extend({
  source: z.literal('merge_request_event'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const commit = z.object({
  id: z.string(),
  short_id: z.string(),
  title: z.string(),
  message: z.string(),
  author_name: z.string(),
  author_email: z.string(),
  authored_date: z.iso.datetime(),
  committed_date: z.iso.datetime(),
  parent_ids: z.array(z.string()),
  web_url: z.url(),
});

const paging = { page: z.string().optional(), per_page: z.string().optional() };
const none = z.undefined();
const noQuery = z.strictObject({});

/** What a request of a route may hold, and what its answer holds. `path` parts are below `/api/v4`. */
export const gitlabShapes = {
  project: { query: noQuery, body: none, answer: project },
  'list group projects': { query: groupProjects, body: none, answer: z.array(groupProject) },
  user: { query: noQuery, body: none, answer: user },
  'list merge requests': {
    query: z.strictObject({
      ...paging,
      source_branch: z.string(),
      state: z.enum(['opened', 'closed', 'locked', 'merged', 'all']),
      order_by: z.enum(['created_at', 'updated_at', 'title']),
      sort: z.enum(['asc', 'desc']),
    }),
    body: none,
    answer: z.array(mergeRequest),
  },
  'create merge request': {
    query: noQuery,
    body: z.strictObject({
      target_project_id: z.int().optional(),
      source_branch: z.string(),
      target_branch: z.string(),
      title: z.string(),
      description: z.string().max(1_048_576),
      labels: z.string(),
    }),
    answer: mergeRequest,
  },
  'get merge request': { query: noQuery, body: none, answer: mergeRequest },
  'update merge request': {
    query: noQuery,
    body: z.strictObject({
      title: z.string().optional(),
      description: z.string().max(1_048_576).optional(),
      add_labels: z.string().optional(),
      remove_labels: z.string().optional(),
    }),
    answer: mergeRequest,
  },
  'list notes': {
    query: z.strictObject({ ...paging, sort: z.enum(['asc', 'desc']) }),
    body: none,
    answer: z.array(note),
  },
  'create note': { query: noQuery, body: z.strictObject({ body: z.string() }), answer: note },
  'update note': { query: noQuery, body: z.strictObject({ body: z.string() }), answer: note },
  'list issues': {
    query: z.strictObject({ ...paging, state: z.enum(['opened', 'closed', 'all']), labels: z.string() }),
    body: none,
    answer: z.array(issue),
  },
  'create issue': {
    query: noQuery,
    body: z.strictObject({ title: z.string(), description: z.string(), labels: z.string() }),
    answer: issue,
  },
  'update issue': {
    query: noQuery,
    body: z.strictObject({
      title: z.string().optional(),
      description: z.string().optional(),
      state_event: z.enum(['close', 'reopen']).optional(),
    }),
    answer: issue,
  },
  'list merge request pipelines': {
    query: z.strictObject(paging),
    body: none,
    answer: z.array(mergePipeline),
  },
  'get commit': { query: z.strictObject({ stats: z.string().optional() }), body: none, answer: commit },
  'list statuses': {
    query: z.strictObject({ ...paging, pipeline_id: z.string().optional() }),
    body: none,
    answer: z.array(status),
  },
  'set status': {
    query: noQuery,
    body: z.strictObject({
      state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
      name: z.string(),
      description: z.string().max(255),
      target_url: z.string().optional(),
    }),
    answer: status,
  },
  'create pipeline': {
    query: z.strictObject({ ref: z.string() }),
    body: z.strictObject({ variables: z.array(z.strictObject({ key: z.string(), value: z.string() })) }),
    answer: pipeline,
  },
  'list pipelines': {
    query: z.strictObject({
      ...paging,
      sha: z.string(),
      source: z.string(),
      order_by: z.string(),
      sort: z.string(),
    }),
    body: none,
    answer: z.array(pipeline),
  },
  'get pipeline': { query: noQuery, body: none, answer: pipeline },
} as const;

export type GitlabRouteName = keyof typeof gitlabShapes;
