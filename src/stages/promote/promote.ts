import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { invariant, unreachable } from '../../base/invariant.ts';
import type { Observer } from '../../model/event.ts';
import type { Promotion } from '../../model/promotion.ts';
import { copyImage } from '../../ports/copy.ts';
import type { Layout } from '../../ports/layout.ts';
import type { Registries } from '../../ports/repository.ts';
import { isAllowedMove, type AllowedMove } from './allow.ts';
import { readJournal, samePromotion, writeJournal } from './journal.ts';
import { promotionSteps, type PromotionStep } from './order.ts';
import { artifactsOf, readBackImage } from './read-back.ts';
import { checkBaseline, checkTarget, openTarget, type Target } from './targets.ts';

export interface PromoteOrder {
  /** Holds the candidates and their evidence; no other process may write to it meanwhile, which this sees to itself. */
  readonly layout: Layout;
  readonly registries: Registries;
  readonly moves: readonly AllowedMove[];
  readonly set: string;
  readonly clock: Clock;
  /** Done before all else, while no other process may write to the layout. */
  readonly first?: () => Promise<void>;
}

/** Whether a step did something or found that its end was there. */
type StepState = 'done' | 'was-done';

/**
 * Moves names to what was judged. Run again after a crash anywhere, or after it succeeded, it ends in the same state.
 * @throws Failure `baseline-moved` when a name stands where neither baseline nor candidate is: no name has moved then,
 * unless it happened between the first and the last; `bundle-busy`, `registry-*`, `content-*`
 */
export async function promote(order: PromoteOrder, observe: Observer): Promise<Promotion> {
  invariant(order.moves.every(isAllowedMove), 'only what a verdict allowed is promoted');
  return order.layout.exclusively(async () => {
    await order.first?.();
    return new PromotionRun(order, observe).run();
  });
}

class PromotionRun {
  readonly #order: PromoteOrder;
  readonly #observe: Observer;
  /** At least one name stands where it has to move from. */
  #moving = false;

  constructor(order: PromoteOrder, observe: Observer) {
    this.#order = order;
    this.#observe = observe;
  }

  async run(): Promise<Promotion> {
    const targets = this.#order.moves.map((move) => openTarget(move, this.#order.registries));
    for (const step of promotionSteps(targets)) {
      const state = await this.#take(step);
      const target = 'target' in step ? step.target.move.target : imageNames(this.#order.moves);
      this.#observe({ kind: 'promotion-step', target, step: step.kind, state });
    }
    const promotion = await this.#recorded();
    if (promotion?.doneAt !== undefined) return promotion;
    throw new Failure(
      'bundle-invalid',
      `${this.#order.layout.path}: the record of the promotion is gone; its names have moved`,
    );
  }

  async #take(step: PromotionStep<Target<AllowedMove>>): Promise<StepState> {
    switch (step.kind) {
      case 'record-intent':
        return this.#recordIntent();
      case 'check-tag':
        return this.#check(step.target);
      case 'stage-image':
        return this.#stage(step.target);
      case 'read-back-image':
        await readBackImage(step.target.repository, step.target.move.to);
        return 'done';
      case 'attach-evidence':
        return this.#attach(step.target);
      case 'move-tag':
        return this.#move(step.target);
      case 'read-back-tag':
        return this.#readBackTag(step.target);
      case 'record-done':
        return this.#recordDone();
      default:
        return unreachable(step);
    }
  }

  async #check(target: Target): Promise<StepState> {
    if ((await checkTarget(target)) === 'moved') return 'was-done';
    await checkBaseline(target);
    this.#moving = true;
    return 'done';
  }

  /** A promotion that was done and whose name was moved back by hand is intended anew. */
  async #recordIntent(): Promise<StepState> {
    const { layout, moves, set, clock } = this.#order;
    const recorded = await this.#recorded();
    if (recorded !== undefined && (recorded.doneAt === undefined || !this.#moving)) return 'was-done';
    await writeJournal(layout, {
      schemaVersion: 1,
      set,
      intendedAt: clock.now().toISOString(),
      doneAt: undefined,
      moves,
    });
    return 'done';
  }

  async #recordDone(): Promise<StepState> {
    const { layout, moves, set, clock } = this.#order;
    const recorded = await this.#recorded();
    if (recorded?.doneAt !== undefined) return 'was-done';
    const now = clock.now().toISOString();
    await writeJournal(layout, {
      schemaVersion: 1,
      set,
      intendedAt: recorded?.intendedAt ?? now,
      doneAt: now,
      moves,
    });
    return 'done';
  }

  /** The record of exactly this promotion; that of another one, which was given up, does not count. */
  async #recorded(): Promise<Promotion | undefined> {
    const { layout, moves, set } = this.#order;
    const recorded = await readJournal(layout);
    return recorded !== undefined && samePromotion(recorded, { set, moves }) ? recorded : undefined;
  }

  async #stage({ move, repository, mountFrom }: Target): Promise<StepState> {
    return this.#copy({ repository, mountFrom }, move.to);
  }

  /** The verdict goes where the image goes, with all else that says of itself that it belongs to the image. */
  async #attach({ move, repository, mountFrom }: Target): Promise<StepState> {
    let state: StepState = 'was-done';
    for (const { artifact, subject } of await artifactsOf(this.#order.layout, move.to)) {
      const attached = (await repository.referrers(subject)).some(({ digest }) => digest === artifact);
      if (attached && (await repository.resolve(artifact)) !== undefined) continue;
      await this.#copy({ repository, mountFrom }, artifact);
      state = 'done';
    }
    return state;
  }

  async #copy(
    { repository, mountFrom }: Pick<Target, 'repository' | 'mountFrom'>,
    digest: AllowedMove['to'],
  ): Promise<StepState> {
    let state: StepState = 'was-done';
    await copyImage(this.#order.layout, repository, digest, {
      ...(mountFrom === undefined ? {} : { mountFrom }),
      onBlob: (blob, result) => {
        if (result !== 'present') state = 'done';
        this.#observe({ kind: 'blob-copied', digest: blob.digest, size: blob.size, result });
      },
      onManifest: (result) => {
        if (result !== 'present') state = 'done';
      },
    });
    return state;
  }

  /** OCI knows no compare-and-swap on a tag; this look and the move after it are as near as two requests can be. */
  async #move(target: Target): Promise<StepState> {
    const { move, repository, tag } = target;
    if ((await checkTarget(target)) === 'moved') return 'was-done';
    await checkBaseline(target);
    await repository.putManifest(await this.#order.layout.manifest(move.to), tag);
    return 'done';
  }

  async #readBackTag({ move, repository, tag }: Target): Promise<StepState> {
    const found = await repository.resolve(tag);
    if (found?.digest === move.to) return 'done';
    throw new Failure(
      'baseline-moved',
      `${move.target} was moved to ${move.to}, but stands at ${found?.digest ?? 'nothing'} now`,
      {
        hint: 'Somebody else moved it at the same time. Look at it, then run `lockkeeper gate` and `lockkeeper promote` again.',
      },
    );
  }
}

/** What is promoted together, by the names that people gave it. */
function imageNames(moves: readonly AllowedMove[]): string {
  return [...new Set(moves.map(({ image }) => image))].join(', ');
}
