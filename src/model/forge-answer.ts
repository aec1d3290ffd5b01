import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { isForgeId, type ForgeId } from './forge-id.ts';

/** What answers of all forges are read with. Only what we use is asked for; the rest of an answer is nobody's business. */

/** Reads one answer. @throws Failure `forge-answer-invalid` */
export type AnswerReader<T> = (data: unknown) => T;

export function answerReader<T>(schema: z.ZodType<T>): AnswerReader<T> {
  return (data) => {
    const read = schema.safeParse(data);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new Failure(
      'forge-answer-invalid',
      `the answer is not what the forge publishes${place === '' ? '' : `: ${place}`}`,
      {
        hint: 'Check that the URL of the forge is right, and that nothing between here and there answers for it.',
      },
    );
  };
}

/** Numbers become opaque ids. */
export const idSchema = z
  .union([z.number().int().nonnegative(), z.bigint().nonnegative(), z.string()])
  .transform(String)
  .refine((text): text is ForgeId => isForgeId(text));

/** People, and their browsers, write other line ends. */
export const bodySchema = z
  .string()
  .nullish()
  .transform((body) => (body ?? '').replaceAll('\r\n', '\n'));

/** Only what a browser opens as a page. */
export const pageSchema = z
  .string()
  .nullish()
  .transform((text) => {
    const url = URL.parse(text ?? '');
    return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
  });

export const commitSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
