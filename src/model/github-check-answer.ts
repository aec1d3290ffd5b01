import * as z from 'zod';
import type { CheckState } from './check.ts';
import { answerReader, bodySchema, commitSchema, idSchema, pageSchema } from './forge-answer.ts';

/** Answers of GitHub’s REST interface about checks, statuses, rules and runs of workflows. */

// GitHub may add words; one that we do not know is no answer yet.
const conclusions: ReadonlyMap<string, CheckState> = new Map([
  ['success', 'passed'],
  ['failure', 'failed'],
  ['neutral', 'neutral'],
  ['skipped', 'neutral'],
  ['timed_out', 'errored'],
  ['cancelled', 'errored'],
  ['action_required', 'errored'],
  ['stale', 'errored'],
  ['startup_failure', 'errored'],
]);

function stateOf(status: string | null | undefined, conclusion: string | null | undefined): CheckState {
  return status === 'completed' ? (conclusions.get(conclusion ?? '') ?? 'errored') : 'running';
}

const checkRun = z
  .object({
    id: idSchema,
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    external_id: z.string().nullish(),
    html_url: pageSchema,
    details_url: pageSchema,
    app: z.object({ slug: z.string().optional() }).nullish(),
    output: z.object({ title: z.string().nullish(), summary: bodySchema }).nullish(),
  })
  .transform((run) => ({
    id: run.id,
    externalId: run.external_id ?? '',
    title: run.output?.title ?? '',
    summary: run.output?.summary ?? '',
    check: {
      name: run.name,
      by: run.app?.slug ?? '',
      state: stateOf(run.status, run.conclusion),
      url: run.html_url ?? run.details_url,
    },
  }));

export type GithubCheckRun = z.output<typeof checkRun>;
export const readGithubCheckRuns = answerReader(z.object({ check_runs: z.array(checkRun) }));

const statusStates: Readonly<Record<string, CheckState>> = {
  pending: 'running',
  success: 'passed',
  failure: 'failed',
  error: 'errored',
};

const status = z
  .object({
    context: z.string(),
    state: z.string(),
    target_url: pageSchema,
    description: z.string().nullish(),
  })
  .transform(({ context, state, target_url: url, description }) => ({
    title: description ?? '',
    check: { name: context, by: '', state: statusStates[state] ?? 'errored', url },
  }));

export type GithubStatus = z.output<typeof status>;

export const readGithubStatuses = answerReader(z.object({ statuses: z.array(status) }));

/** Names of checks that rulesets ask for. */
export const readGithubRules = answerReader(
  z.array(
    z
      .object({
        type: z.string(),
        parameters: z
          .object({ required_status_checks: z.array(z.object({ context: z.string() })).optional() })
          .nullish(),
      })
      .transform(({ parameters }) =>
        (parameters?.required_status_checks ?? []).map(({ context }) => context),
      ),
  ),
);

/** Names of checks that the older protection of a branch asks for. */
export const readGithubBranch = answerReader(
  z
    .object({
      protection: z
        .object({ required_status_checks: z.object({ contexts: z.array(z.string()) }).nullish() })
        .nullish(),
    })
    .transform(({ protection }) => protection?.required_status_checks?.contexts ?? []),
);

const workflowRun = z
  .object({
    id: idSchema,
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    html_url: pageSchema,
    head_sha: commitSchema,
  })
  .transform((run) => ({
    commit: run.head_sha,
    run: { id: run.id, url: run.html_url, state: stateOf(run.status, run.conclusion) },
  }));

export const readGithubRun = answerReader(workflowRun);
export const readGithubRuns = answerReader(z.object({ workflow_runs: z.array(workflowRun) }));

/** Undefined: an older server, which answers 204 and names no run. */
export const readGithubDispatch = answerReader(
  z.union([z.object({ workflow_run_id: idSchema }), z.unknown().transform(() => undefined)]),
);
