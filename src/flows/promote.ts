import { Failure } from '../base/failure.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Config } from '../model/definition.ts';
import { describeHold, holdsBack, isOn } from '../model/hold.ts';
import type { Approval, Promotion } from '../model/promotion.ts';
import type { Layout } from '../ports/layout.ts';
import { withStandIns, type AllowedMove } from '../stages/promote/allow.ts';
import { promote } from '../stages/promote/promote.ts';
import { allowedSet, type AllowedSetOrder, type BundleInLayout } from './allowed-set.ts';
import { digestsOf } from './gate-evidence.ts';
import { readBundle } from './open-bundle.ts';
import { selectByName } from './select.ts';
import { proveStandIns, refuseOwnVerdict } from './stand-in.ts';
import { keepStandIns } from './stand-in-evidence.ts';
import type { Tools, Watching } from './tools.ts';

export interface PromoteOrder {
  readonly config: Config;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Lets a verdict pass that waits for a person. */
  readonly approval: Approval | undefined;
  /** The verdict is on other images, and those of the bundle are a rebuild of them. */
  readonly rebuildOf?: TestedBundle | undefined;
}

export interface TestedBundle {
  /** Folder of the bundle with the verdict in it. */
  readonly bundle: string;
  /** Program and version, for the proof. */
  readonly comparedBy: string;
}

/** What would move, by the newest verdict. Asks no registry, and keeps nothing. @throws Failure as {@link allowedSet} and {@link proveStandIns} */
export async function planPromotion(
  order: PromoteOrder,
  tools: Tools,
  watching: Watching = unwatched,
): Promise<readonly AllowedMove[]> {
  return (await prepare(order, tools, watching)).moves;
}

/** Moves every name that the config lists for the images of the bundle. Run again, it ends in the same state. */
export async function promoteBundle(
  order: PromoteOrder,
  tools: Tools,
  watching: Watching,
): Promise<Promotion> {
  const { layout, bundle, moves, keepProof } = await prepare(order, tools, watching);
  const { registries, clock } = tools;
  return promote({ layout, registries, moves, set: bundle.set, clock, first: keepProof }, watching.observe);
}

const unwatched: Watching = { observe: () => undefined, signal: undefined };

interface Prepared extends BundleInLayout {
  readonly moves: readonly AllowedMove[];
  /** Stores with the rebuilds why they may be promoted, where nothing was said of them meanwhile. */
  readonly keepProof: () => Promise<void>;
}

async function prepare(
  { config, bundle: folder, approval, rebuildOf }: PromoteOrder,
  tools: Tools,
  watching: Watching,
): Promise<Prepared> {
  const rebuilt = await opened(await tools.layouts.open(folder));
  const names = rebuilt.bundle.members.map(({ image }) => image);
  const images = selectByName(config.images, names, ({ name }) => name, `image in ${config.file}`);
  const now = tools.clock.now().toISOString();
  refuseHeld(config, rebuilt.bundle, now);
  const targets = images.flatMap(({ name, promote: references }) =>
    references.map((reference) => ({ image: name, reference })),
  );
  const order: AllowedSetOrder = { config, approval, targets };
  if (rebuildOf === undefined) {
    const { moves } = await allowedSet(order, rebuilt);
    return { ...rebuilt, moves, keepProof: () => Promise.resolve() };
  }
  const tested = await opened(await tools.layouts.open(rebuildOf.bundle));
  // What stands in for a digest is as good, and as bad, as it.
  refuseHeld(config, tested.bundle, now);
  const { moves, stored } = await allowedSet(order, tested);
  const standIns = await proveStandIns({ tested, stored, rebuilt, noise: config.noise }, watching);
  const { comparedBy } = rebuildOf;
  return {
    ...rebuilt,
    moves: withStandIns(moves, standIns),
    keepProof: async () => {
      await refuseOwnVerdict(tested, rebuilt);
      await keepStandIns({ standIns, tested: tested.layout, stored, rebuilt: rebuilt.layout, comparedBy });
    },
  };
}

async function opened(layout: Layout): Promise<BundleInLayout> {
  return { layout, bundle: await readBundle(layout) };
}

/** The set is promoted together or not at all, so a hold on one image holds them all. */
function refuseHeld({ holds, images, file }: Config, { members }: Bundle, now: string): void {
  for (const member of members) {
    const { image } = member;
    const definition = images.find(({ name }) => name === image);
    const digests = digestsOf(member);
    const hold = holds.find(
      (each) => definition !== undefined && isOn(each, definition) && holdsBack(each, now, digests),
    );
    if (hold === undefined) continue;
    throw new Failure('image-held', `${image} is held: ${describeHold(hold)}`, {
      where: { file },
      hint: 'Wait for its end, or take it out with `lockkeeper release`.',
    });
  }
}
