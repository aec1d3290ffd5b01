import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { digestSchema } from './descriptor.ts';
import type { Digest } from './digest.ts';

/** The document beside `index.json` that a promotion is recorded in, before its first effect and after its last. */
export const promotionDocument = 'promotion.json';

/** Names moved from one digest to another, by which verdict. */
export interface Promotion {
  readonly schemaVersion: 1;
  readonly set: string;
  readonly intendedAt: string;
  /** Undefined while it is under way. */
  readonly doneAt: string | undefined;
  readonly moves: readonly PromotionMove[];
}

export interface PromotionMove {
  readonly image: string;
  /** `registry/repository:tag`. */
  readonly target: string;
  /** The name that the verdict looked at. */
  readonly baselineReference: string;
  /** Where that name stood when the verdict was made; undefined: it did not exist. */
  readonly from: Digest | undefined;
  readonly to: Digest;
  /** The image that the verdict is on, where `to` is a rebuild that stands in for it; absent: it is on `to` itself. */
  readonly tested?: Digest;
  /** Digest of the verdict document that allows it. */
  readonly verdict: Digest;
  /** Who let it pass where the verdict waited for a person. */
  readonly approval: Approval | undefined;
}

export interface Approval {
  readonly author: string;
  readonly reason: string;
}

/** What a look at a target means: still to be moved, moved already, or moved elsewhere by somebody else. */
export type Standing = 'to-move' | 'moved' | 'elsewhere';

/**
 * A target may move from where the baseline stood and from nowhere else. A target that is not the baseline's own name may
 * also be new: nothing that anybody uses is replaced then.
 */
export function standingOf(move: PromotionMove, found: Digest | undefined): Standing {
  if (found === move.to) return 'moved';
  if (found === move.from) return 'to-move';
  return found === undefined && move.target !== move.baselineReference ? 'to-move' : 'elsewhere';
}

const time = z.iso.datetime();
const promotionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  set: z.string().min(1).max(200),
  intendedAt: time,
  doneAt: time.optional(),
  moves: z
    .array(
      z.strictObject({
        image: z.string().min(1).max(200),
        target: z.string().max(1000),
        baselineReference: z.string().max(1000),
        from: digestSchema.optional(),
        to: digestSchema,
        tested: z.exactOptional(digestSchema),
        verdict: digestSchema,
        approval: z.strictObject({ author: z.string(), reason: z.string() }).optional(),
      }),
    )
    .min(1)
    .max(1000),
});

/** @throws Failure `bundle-invalid` */
export function parsePromotion(bytes: Uint8Array, path: string): Promotion {
  const refuse = (why: string): Failure =>
    new Failure('bundle-invalid', `${path}/${promotionDocument} is no record of a promotion: ${why}`, {
      where: { file: `${path}/${promotionDocument}` },
    });
  const parsed = promotionSchema.safeParse(parseJsonStrictly(bytes, refuse));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'does not fit'}`);
  }
  const { doneAt, moves, ...rest } = parsed.data;
  return {
    ...rest,
    doneAt,
    moves: moves.map(({ from, approval, ...move }) => ({ ...move, from, approval })),
  };
}

export function formatPromotion(promotion: Promotion): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(promotion, undefined, 2)}\n`);
}
