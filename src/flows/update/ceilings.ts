import { isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { eachInParallel } from '../../base/parallel.ts';
import type { Digest } from '../../model/digest.ts';
import type { NameHold } from '../../model/hold.ts';
import { imageRuntimes, type ImageRuntimes } from '../../model/image-runtime.ts';
import { descriptorOf } from '../../model/manifest.ts';
import { isImageConfigType } from '../../model/media-type.ts';
import type { Ceiling } from '../../model/parity-watch.ts';
import type { Plan } from '../../model/plan.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Registries } from '../../ports/repository.ts';
import { ceilingsOf } from '../../stages/parity/ceilings.ts';
import { ceilingHolds, type MovedRuntimes } from '../../stages/plan/ceiling-holds.ts';
import { platformImages } from '../open-images.ts';
import { watchFolder, readWatchState } from '../watch-states.ts';

/** The ceilings of every watch that keeps its looks in a ledger. A look that is broken tells nothing, and stops nobody. */
export async function ledgerCeilings(ledger: Ledger, now: string): Promise<readonly Ceiling[]> {
  const ceilings: Ceiling[] = [];
  for (const { name } of (await ledger.list(watchFolder)).slice(0, limits.watchStatesMax)) {
    const state = await readWatchState(ledger, name);
    if (state !== undefined) ceilings.push(...ceilingsOf(state, now.slice(0, 10)));
  }
  return ceilings;
}

/**
 * What holds moves of a plan below the ceilings. Without any ceiling no registry is asked; else for the configs of both
 * images of each name that moves.
 * @throws Failure `interrupted`
 */
export async function holdsBelow(
  ceilings: readonly Ceiling[],
  plan: Plan,
  registries: Registries,
): Promise<readonly NameHold[]> {
  if (ceilings.length === 0) return [];
  const waiting = new Map(
    plan.entries.flatMap(({ follows, decision }) =>
      decision.kind === 'move' && follows !== undefined
        ? [[`${formatReference(follows)} ${decision.from} ${decision.to}`, { follows, ...decision }] as const]
        : [],
    ),
  );
  const moves = new Map<string, MovedRuntimes>();
  await eachInParallel(waiting, limits.lookUpsAtOnceMax, async ([key, { follows, from, to }]) => {
    moves.set(key, { name: follows, to, runtimes: await runtimesOf(follows, { from, to }, registries) });
  });
  return ceilingHolds(
    [...waiting.keys()].flatMap((key) => moves.get(key) ?? []),
    ceilings,
  );
}

async function runtimesOf(
  name: Reference,
  { from, to }: { readonly from: Digest; readonly to: Digest },
  registries: Registries,
): Promise<MovedRuntimes['runtimes']> {
  const nothing: ImageRuntimes = new Map();
  const told = async (digest: Digest): Promise<ImageRuntimes> => {
    const repository = registries.open(name.registry, name.repository);
    const manifest = await repository.manifest(digest);
    if (manifest.kind === 'manifest' && !isImageConfigType(manifest.config.mediaType)) return nothing;
    const source = { name: formatReference(name), repository, descriptor: descriptorOf(manifest) };
    // A release is published for all of its platforms.
    const image = await (await platformImages(source, undefined))[0]?.open();
    return image === undefined ? nothing : imageRuntimes(image.config.env);
  };
  try {
    return { kind: 'told', before: await told(from), after: await told(to) };
  } catch (error) {
    if (!isFailure(error) || error.code === 'interrupted') throw error;
    // An image that is gone runs nothing: whoever uses it fails already, and waiting helps nobody. All else is silence.
    return error.code === 'manifest-missing'
      ? { kind: 'told', before: nothing, after: nothing }
      : { kind: 'silent', why: error.message };
  }
}
