/** A step of the protocol. Each looks first, and does nothing where its end is there already. */
export type PromotionStep<Each> =
  | { readonly kind: 'record-intent' }
  /** Nobody else moved the tag, or nothing at all happens. */
  | { readonly kind: 'check-tag'; readonly target: Each }
  /** Blobs and manifests are there by digest, under no name. */
  | { readonly kind: 'stage-image'; readonly target: Each }
  | { readonly kind: 'read-back-image'; readonly target: Each }
  | { readonly kind: 'attach-evidence'; readonly target: Each }
  | { readonly kind: 'move-tag'; readonly target: Each }
  | { readonly kind: 'read-back-tag'; readonly target: Each }
  | { readonly kind: 'record-done' };

/**
 * The steps of a promotion in the one order in which a crash between any two steps leaves no half: all that a
 * name will stand for is there before the first name moves, and every name is looked at again before the first one moves.
 */
export function promotionSteps<Each>(targets: readonly Each[]): readonly PromotionStep<Each>[] {
  const all = (
    kind: Exclude<PromotionStep<Each>['kind'], 'record-intent' | 'record-done'>,
  ): readonly PromotionStep<Each>[] => targets.map((target) => ({ kind, target }));
  return [
    ...all('check-tag'),
    { kind: 'record-intent' },
    ...all('stage-image'),
    ...all('read-back-image'),
    ...all('attach-evidence'),
    ...all('check-tag'),
    ...all('move-tag'),
    ...all('read-back-tag'),
    { kind: 'record-done' },
  ];
}
