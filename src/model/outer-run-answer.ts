import * as z from 'zod';
import type { CheckState } from './check.ts';
import { answerReader, commitSchema, idSchema, pageSchema } from './forge-answer.ts';

/** What Azure Pipelines and programs of people tell of the runs that they started. */

// learn.microsoft.com/rest/api/azure/devops/pipelines/runs and …/build/builds.
const results: ReadonlyMap<string, CheckState> = new Map([
  ['succeeded', 'passed'],
  ['failed', 'failed'],
  ['partiallySucceeded', 'failed'],
]);

function azureState(state: string, result: string | null | undefined): CheckState {
  return state === 'completed' ? (results.get(result ?? '') ?? 'errored') : 'running';
}

export const readAzureRun = answerReader(
  z
    .object({
      id: idSchema,
      state: z.string(),
      result: z.string().nullish(),
      _links: z.object({ web: z.object({ href: pageSchema }) }).optional(),
    })
    .transform(({ id, state, result, _links: links }) => ({
      id,
      url: links?.web.href,
      state: azureState(state, result),
    })),
);

export const readAzureBuilds = answerReader(
  z.object({
    value: z.array(
      z
        .object({
          id: idSchema,
          status: z.string(),
          result: z.string().nullish(),
          sourceVersion: z.string(),
          _links: z.object({ web: z.object({ href: pageSchema }) }).optional(),
        })
        .transform(({ id, status, result, sourceVersion, _links: links }) => ({
          commit: commitSchema.safeParse(sourceVersion).data,
          run: { id, url: links?.web.href, state: azureState(status, result) },
        })),
    ),
  }),
);

export const readStartedByCommand = answerReader(z.object({ id: idSchema, url: pageSchema }));

export const readStateOfCommand = answerReader(
  z.object({ state: z.enum(['running', 'passed', 'failed', 'neutral', 'errored']), url: pageSchema }),
);
