import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import {
  formatPromotion,
  parsePromotion,
  promotionDocument,
  type Promotion,
  type PromotionMove,
} from '../../model/promotion.ts';
import type { Layout } from '../../ports/layout.ts';

/** What the bundle says of its promotion; undefined: there was none. @throws Failure `bundle-invalid` */
export async function readJournal(layout: Layout): Promise<Promotion | undefined> {
  const bytes = await layout.document(promotionDocument);
  return bytes === undefined ? undefined : parsePromotion(bytes, layout.path);
}

export async function writeJournal(layout: Layout, promotion: Promotion): Promise<void> {
  await layout.putDocument(promotionDocument, formatPromotion(promotion));
}

/** True when a record is about the same moves of the same set, done or not. */
export function samePromotion(record: Promotion, wanted: Pick<Promotion, 'set' | 'moves'>): boolean {
  return (
    record.set === wanted.set &&
    canonicalJson(record.moves.map(moveJson)) === canonicalJson(wanted.moves.map(moveJson))
  );
}

function moveJson(move: PromotionMove): Json {
  const { image, target, baselineReference, from, to, tested, verdict, approval } = move;
  return {
    image,
    target,
    baselineReference,
    from,
    to,
    tested,
    verdict,
    approval: approval === undefined ? undefined : { ...approval },
  };
}
