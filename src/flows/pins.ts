import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import type { Config } from '../model/definition.ts';
import type { FirstSeen } from '../model/first-seen.ts';
import { compileGlob } from '../model/glob.ts';
import type { Mention } from '../model/mention.ts';
import { defaultPinPolicy, type PinPolicy } from '../model/pin-policy.ts';
import { formatReference, nameSpellings, pinReference, type Reference } from '../model/reference.ts';
import type { Kinship } from '../model/resolution.ts';
import type { Survey } from '../model/survey.ts';
import { configFileName } from '../ports/config-file.ts';
import type { Editor } from '../ports/editor.ts';
import type { Ledgers } from '../ports/ledger.ts';
import type { Registries } from '../ports/repository.ts';
import type { CheckAnswers } from '../stages/plan/findings.ts';
import { askableMentions, joinable, type Askable, type PlanOrder } from '../stages/plan/plan.ts';
import { namedAs } from '../stages/plan/follow.ts';
import { kinshipOf } from '../stages/resolve/kinship.ts';
import { lookUpAll, lookUpKey, type LookUps } from '../stages/resolve/look-up.ts';
import { ledgerFolder } from './ledger-folder.ts';
import { requireInside, type Listed } from './listed.ts';
import { scanFolder, type Scanned, type ScanTools } from './scan.ts';
import { nothingSeen, readSeen, type Seen } from './seen.ts';
import type { Watching } from './tools.ts';

/** What is asked of pins, before anything is looked at. */
export interface PinsOrder {
  /** The folder to look at; absolute. */
  readonly directory: string;
  /** What `--config` names; undefined: the nearest one, if there is any. */
  readonly config: string | undefined;
  /** Globs over names; empty: all. */
  readonly only: readonly string[];
  /** Folder of the ledger, absolute; undefined: the one that lockkeeper.yaml names, if it names one. */
  readonly ledger: string | undefined;
  /** Undefined: the repository is looked at by itself, as the person's own. */
  readonly listed?: Listed | undefined;
}

export interface PinTools extends ScanTools {
  readonly registriesFor: (config: Pick<Config, 'companions'>) => Registries;
  readonly editor: Editor;
  readonly ledgers: Ledgers;
  readonly clock: Clock;
}

/** All mentions of a folder with what decides about them; no registry was asked yet. */
export interface Pins {
  readonly survey: Survey;
  readonly mentionsAfter: Scanned['mentionsAfter'];
  /** See {@link Scanned}. */
  readonly root: string | undefined;
  /** See {@link Scanned}. */
  readonly below: string;
  /** lockkeeper.yaml, seen from the folder, whether or not there is one; with `/`. */
  readonly configFile: string;
  readonly order: PlanOrder;
  readonly ledger: string | undefined;
  readonly seen: Seen;
  readonly registries: Registries;
}

export interface Gathering {
  /** See {@link PlanOrder}. */
  readonly update: boolean;
  /** `needed`: pins move by it, where there is a cooldown. */
  readonly ledger: 'needed' | 'read' | 'unused';
}

/** @throws Failure as scanning does, and `usage` for a cooldown without a ledger */
export async function gatherPins(order: PinsOrder, gathering: Gathering, tools: PinTools): Promise<Pins> {
  return pinsOf(await scanFolder({ ...order, revision: undefined }, tools), order, gathering, tools);
}

/** {@link gatherPins}, of what was scanned already. @throws Failure `usage` for a cooldown without a ledger */
export async function pinsOf(
  scanned: Scanned,
  order: Omit<PinsOrder, 'config'>,
  { update, ledger: use }: Gathering,
  tools: Pick<PinTools, 'registriesFor' | 'ledgers' | 'clock' | 'configFiles'>,
): Promise<Pins> {
  const { survey, config, configFile, mentionsAfter, root, below } = scanned;
  const policy = config?.pins ?? defaultPinPolicy;
  const ledger = use === 'unused' ? undefined : await ledgerOf(scanned, order, tools);
  if (use === 'needed' && ledger === undefined && usesCooldown(policy)) throw ledgerMissing(order);
  const now = tools.clock.now().toISOString();
  const seen = ledger === undefined ? nothingSeen : await readSeen(tools.ledgers.open(ledger), now);
  return {
    survey,
    mentionsAfter,
    root,
    below,
    configFile: seenFrom(order.directory, configFile),
    ledger,
    seen,
    registries: tools.registriesFor({ companions: config?.companions ?? {} }),
    order: {
      mentions: survey.mentions,
      policy,
      update,
      isWanted: wanted(order.only),
      now,
      seen: seen.ledger,
    },
  };
}

/** @throws Failure `path-refused` where a listed repository names a folder that is not its own */
async function ledgerOf(
  { config, root }: Pick<Scanned, 'config' | 'root'>,
  { ledger: named, listed, directory }: Omit<PinsOrder, 'config'>,
  { configFiles }: Pick<PinTools, 'configFiles'>,
): Promise<string | undefined> {
  if (config === undefined || named !== undefined) return named;
  const folder = ledgerFolder(undefined, config, directory);
  if (folder === undefined || listed === undefined) return folder;
  await requireInside([{ key: 'gate.ledger', path: folder }], root ?? directory, config, configFiles);
  return listed.isFetched ? undefined : folder;
}

function ledgerMissing({ listed }: Pick<PinsOrder, 'listed'>): Failure {
  if (listed?.isFetched === true)
    return new Failure(
      'usage',
      'pins.cooldown counts from when a digest was first seen, and of a repository that is fetched only --ledger DIR keeps that',
    );
  return new Failure(
    'usage',
    'pins.cooldown counts from when a digest was first seen, and no ledger keeps that',
    { hint: 'Name a folder that is kept from run to run: gate.ledger in lockkeeper.yaml, or --ledger DIR.' },
  );
}

function seenFrom(folder: string, file: string | undefined): string {
  return file === undefined ? configFileName : path.relative(folder, file).replaceAll(path.sep, '/');
}

function usesCooldown({ cooldownMs, images }: PinPolicy): boolean {
  return cooldownMs > 0 || images.some((rule) => (rule.cooldownMs ?? 0) > 0);
}

function wanted(only: readonly string[]): (mention: Mention) => boolean {
  if (only.length === 0) return () => true;
  const globs = only.map((glob) => compileGlob(glob, 'path'));
  return (mention) =>
    mention.meaning.kind === 'image' &&
    nameSpellings(namedAs(mention, mention.meaning.reference)).some((name) =>
      globs.some((matches) => matches(name)),
    );
}

/** What the registries said, and what was seen for the first time. */
export interface PinAnswers extends CheckAnswers {
  readonly seen: readonly FirstSeen[];
}

export interface Asking {
  /** Also whether pinned images are there still that no name that is asked for tells. */
  readonly liveness: boolean;
}

/**
 * Asks the registries: one question for each distinct name, then about those pins alone that do not stand where their name
 * does. Pins that are to stay are not asked about.
 */
export async function askRegistries(
  { order, registries }: Pins,
  asking: Asking,
  { observe }: Pick<Watching, 'observe'>,
): Promise<PinAnswers> {
  const askable = askableMentions(order).filter(
    ({ reference }) => order.update || reference.digest === undefined,
  );
  const names = new Map(
    askable.flatMap(({ follows }) => (follows === undefined ? [] : [[lookUpKey(follows), follows]])),
  );
  let answered = 0;
  const onAnswer = (reference: Reference): void => {
    answered += 1;
    observe({ kind: 'looked-up', reference: formatReference(reference), done: answered, of: names.size });
  };
  const lookUps = await lookUpAll(names.values(), { registries, onAnswer });
  const kinships = await askKinships(askable, { lookUps, joins: joinable(order) }, registries);
  const lone = asking.liveness ? lonePins(askable, lookUps) : [];
  const lives = await lookUpAll(lone, { registries });
  return {
    lookUp: (name) => lookUps.get(lookUpKey(name)),
    kinship: (follows, pinned) => kinships.get(formatReference(pinReference(follows, pinned))),
    liveness: (pinned) => lives.get(lookUpKey(pinned)),
    seen: [...names.values()].flatMap((name) => {
      const answer = lookUps.get(lookUpKey(name));
      return answer?.kind === 'found'
        ? [{ name: formatReference(name), digest: answer.descriptor.digest, at: order.now }]
        : [];
    }),
  };
}

/** Once for each pin of each name: those that are where their name stands cost nothing. */
async function askKinships(
  askable: readonly Askable[],
  { lookUps, joins }: { readonly lookUps: LookUps; readonly joins: ReturnType<typeof joinable> },
  registries: Registries,
): Promise<ReadonlyMap<string, Kinship>> {
  const kinships = new Map<string, Kinship>();
  const waiting = new Map<string, () => Promise<Kinship>>();
  for (const { follows, reference, policy } of askable) {
    const answer = follows === undefined ? undefined : lookUps.get(lookUpKey(follows));
    if (follows === undefined || answer?.kind !== 'found') continue;
    const digest = reference.digest ?? joins(follows);
    if (digest === undefined) continue;
    waiting.set(formatReference(pinReference(follows, digest)), () => {
      const repository = registries.open(follows.registry, follows.repository);
      return kinshipOf(repository, digest, answer.descriptor, policy.platforms);
    });
  }
  await eachInParallel(waiting, limits.lookUpsAtOnceMax, async ([key, ask]) => {
    kinships.set(key, await ask());
  });
  return kinships;
}

/** Pinned images that nothing was learnt about: those that follow no tag, and those whose tag has gone. */
function lonePins(askable: readonly Askable[], lookUps: LookUps): readonly Reference[] {
  return askable.flatMap(({ follows, reference }) => {
    const isLone = follows === undefined || lookUps.get(lookUpKey(follows))?.kind === 'absent';
    return isLone && reference.digest !== undefined ? [reference] : [];
  });
}
