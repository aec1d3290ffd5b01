import { Failure } from '../base/failure.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Config } from '../model/definition.ts';
import { isHeld } from '../model/hold.ts';
import type { Approval, Promotion } from '../model/promotion.ts';
import type { Layout } from '../ports/layout.ts';
import { allowMoves, type AllowedMove } from '../stages/promote/allow.ts';
import { promote } from '../stages/promote/promote.ts';
import { requireEvidence } from '../stages/promote/require-evidence.ts';
import { checkPlatforms } from './gate-unit.ts';
import { readBundle } from './open-bundle.ts';
import { readVerdict } from './read-verdict.ts';
import { selectByName } from './select.ts';
import type { Tools, Watching } from './tools.ts';

export interface PromoteOrder {
  readonly config: Config;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Lets a verdict pass that waits for a person. */
  readonly approval: Approval | undefined;
}

/** What would move, by the newest verdict in the bundle. Asks no registry. @throws Failure as {@link readVerdict}, {@link requireEvidence} and {@link allowMoves} */
export async function planPromotion(order: PromoteOrder, tools: Tools): Promise<readonly AllowedMove[]> {
  const layout = await tools.layouts.open(order.bundle);
  return allowed({ ...order, now: tools.clock.now().toISOString() }, layout, await readBundle(layout));
}

/** Moves every name that the config lists for the images of the bundle. Run again, it ends in the same state. */
export async function promoteBundle(
  order: PromoteOrder,
  tools: Tools,
  { observe }: Watching,
): Promise<Promotion> {
  const layout = await tools.layouts.open(order.bundle);
  const bundle = await readBundle(layout);
  const { registries, clock } = tools;
  const moves = await allowed({ ...order, now: clock.now().toISOString() }, layout, bundle);
  return promote({ layout, registries, moves, set: bundle.set, clock }, observe);
}

async function allowed(
  { config, approval, now }: PromoteOrder & { readonly now: string },
  layout: Layout,
  bundle: Bundle,
): Promise<readonly AllowedMove[]> {
  const names = bundle.members.map(({ image }) => image);
  const images = selectByName(config.images, names, ({ name }) => name, `image in ${config.file}`);
  refuseHeld(config, names, now);
  const targets = images.flatMap(({ name, promote: references }) =>
    references.map((reference) => ({ image: name, reference })),
  );
  const stored = await readVerdict(layout, bundle);
  const moves = allowMoves({
    verdict: stored?.bytes,
    bundle,
    place: layout.path,
    targets,
    policy: config.policy,
    approval,
  });
  if (stored !== undefined) {
    for (const member of bundle.members) await checkPlatforms(member, layout);
    requireEvidence({ config, bundle, record: stored.document.record, evidences: stored.evidences });
  }
  return moves;
}

/** The set is promoted together or not at all, so a hold on one image holds them all. */
function refuseHeld({ holds, file }: Config, names: readonly string[], now: string): void {
  const hold = holds.find((each) => names.includes(each.image) && isHeld(each, now));
  if (hold === undefined) return;
  const { image, until, author, reason } = hold;
  throw new Failure('image-held', `${image} is held until ${until} (${author}: ${reason})`, {
    where: { file },
    hint: 'Wait for its end, or take the hold out of the file.',
  });
}
