import * as z from 'zod';
import { answerReader, idSchema } from './forge-answer.ts';

/** Answers of GitHub to an App that logs in. */

export const readGithubApp = answerReader(z.object({ slug: z.string().regex(/^[A-Za-z0-9-]+$/) }));

export const readGithubInstallation = answerReader(
  z.object({ id: idSchema, permissions: z.record(z.string(), z.unknown()) }),
);

/** A token that stands in a header: visible ASCII. */
export const readGithubToken = answerReader(
  z.object({
    token: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
    expires_at: z.iso.datetime({ offset: true }),
  }),
);
