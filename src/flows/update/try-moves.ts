import path from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import type { Config, ImageDefinition } from '../../model/definition.ts';
import { digestHex, digestOf, type Digest } from '../../model/digest.ts';
import type { MoveVerdict } from '../../model/move-verdict.ts';
import type { Move } from '../../model/move.ts';
import type { Platform } from '../../model/platform.ts';
import { formatReference } from '../../model/reference.ts';
import { parseVerdictDocument, type VerdictDocument } from '../../model/verdict-document.ts';
import { worstVerdict, type Verdict } from '../../model/verdict.ts';
import type { GateBounds, GateProcess } from '../../ports/gate-process.ts';
import type { Layouts } from '../../ports/layout.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Registries } from '../../ports/repository.ts';
import { requireEvidence } from '../../stages/promote/require-evidence.ts';
import { requireNoNetwork } from '../listed.ts';
import { readVerdict } from '../read-verdict.ts';
import type { Watching } from '../tools.ts';
import { matchesOf, putMatch, type Match } from './gate-bundle.ts';

export interface TrialsOrder {
  readonly config: Config;
  /** The lockkeeper.yaml whose folder holds the sources of the suites; absolute. */
  readonly configFile: string;
  /** The commit of those sources; undefined: nobody knows. */
  readonly commit: string | undefined;
  /** Platforms that are tried of an index with several. */
  readonly platforms: readonly Platform[];
  /** Where bundles may lie for a while; absolute. */
  readonly scratch: string;
  /** Folder that is kept from run to run; undefined: nothing is remembered. */
  readonly ledgerFolder: string | undefined;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** Whether a verdict is kept for later runs. */
  readonly remembers: boolean;
  /** Undefined: the config is the person's own. */
  readonly bounds?: GateBounds | undefined;
}

export interface TrialsTools {
  readonly gateProcess: GateProcess;
  readonly registries: Registries;
  readonly layouts: Layouts;
  readonly ledger: Ledger | undefined;
}

/** The folder of a ledger that holds verdicts on moves. */
const verdictsFolder = 'verdicts';

/** The images of lockkeeper.yaml whose baseline is a name that moves: their suites guard it. */
export function guardsOf(
  config: Config | undefined,
  { name }: Pick<Move, 'name'>,
): readonly ImageDefinition[] {
  const spelled = formatReference(name);
  return (config?.images ?? []).filter(
    ({ baseline }) => formatReference({ ...baseline, tag: baseline.tag ?? 'latest' }) === spelled,
  );
}

/**
 * Judges one move by the suites that guard it: the image that is pinned now against the one that is to be. What was judged
 * under the same key before is not tried again. What goes wrong is an answer, and never stops the other moves.
 */
export async function tryMove(
  move: Move,
  order: TrialsOrder,
  tools: TrialsTools,
  watching: Watching,
): Promise<readonly MoveVerdict[]> {
  const guards = guardsOf(order.config, move);
  if (guards.length === 0) return [{ kind: 'unguarded' }];
  const verdicts: MoveVerdict[] = [];
  for (const image of guards) {
    try {
      verdicts.push(...(await tryImage(image, move, { order, tools, watching })));
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      verdicts.push({ kind: 'untried', image: image.name, failure: error });
    }
  }
  return verdicts;
}

/** What a verdict depends on, beside the move. */
export type TrialRules = Pick<TrialsOrder, 'config' | 'commit' | 'platforms'>;

/** What the ledger remembers of a move that is on our branch; nothing is tried. */
export async function recallMove(
  move: Move,
  order: TrialRules,
  tools: TrialsTools,
): Promise<readonly MoveVerdict[]> {
  const verdicts: MoveVerdict[] = [];
  for (const image of guardsOf(order.config, move)) {
    const remembered = await recallImage(image, move, { order, tools });
    verdicts.push(...(remembered ?? [{ kind: 'on the branch', image: image.name } as const]));
  }
  return verdicts;
}

/** Undefined: of one of its platforms nothing is remembered, or nobody tells which ones it has. */
async function recallImage(
  image: ImageDefinition,
  move: Move,
  recalling: Recalling,
): Promise<readonly MoveVerdict[] | undefined> {
  if (recalling.tools.ledger === undefined) return undefined;
  const verdicts: MoveVerdict[] = [];
  try {
    for (const match of await platformsOf(image, move, recalling)) {
      const judged = await recall(match, recalling);
      if (judged === undefined) return undefined;
      verdicts.push({ kind: 'judged', image: image.name, platform: match.platform, ...judged });
    }
  } catch (error) {
    if (error instanceof Failure && error.code !== 'interrupted') return undefined;
    throw error;
  }
  return verdicts;
}

interface Recalling {
  readonly order: TrialRules;
  readonly tools: TrialsTools;
}

interface Trying extends Recalling {
  readonly order: TrialsOrder;
  readonly watching: Watching;
}

async function tryImage(image: ImageDefinition, move: Move, trying: Trying): Promise<readonly MoveVerdict[]> {
  // The gate refuses it too; until then both images would have been fetched.
  if (trying.order.bounds?.network === 'none') requireNoNetwork(trying.order.config, image);
  const matches = await platformsOf(image, move, trying);
  const verdicts: MoveVerdict[] = [];
  for (const match of matches) {
    throwIfInterrupted(trying.watching.signal);
    const judged = (await recall(match, trying)) ?? (await judge(match, trying));
    verdicts.push({ kind: 'judged', image: image.name, platform: match.platform, ...judged });
  }
  return verdicts;
}

/** What has to be judged of a move: at least one. */
async function platformsOf(
  image: ImageDefinition,
  move: Move,
  { order, tools }: Recalling,
): Promise<readonly Match[]> {
  const repository = tools.registries.open(move.name.registry, move.name.repository);
  const matches = await matchesOf(image, move, { repository, wanted: order.platforms });
  if (matches.length > 0) return matches;
  const wanted = order.platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(', ');
  throw new Failure('platform-unsupported', `${formatReference(move.name)} has no image for ${wanted}`, {
    hint: 'Say in pins.platforms which platforms count.',
  });
}

interface Judged {
  readonly verdict: Verdict;
  readonly document: Digest;
}

/** What the verdict depends on, beside the images: the rules, and the commit whose tests ran. */
function keyOf({ image, platform, from, to }: Match, { config, commit }: TrialRules): string {
  const key = canonicalJson({ image: image.name, platform, from, to, policy: config.policy, commit });
  return `${digestHex(digestOf(key)).slice(0, 40)}.json`;
}

/** A verdict of an earlier run on exactly this; who may write to the ledger is believed, as the gate believes them. */
async function recall(match: Match, { order, tools }: Recalling): Promise<Judged | undefined> {
  if (tools.ledger === undefined || order.commit === undefined) return undefined;
  try {
    const bytes = await tools.ledger.read(verdictsFolder, keyOf(match, order), limits.verdictBytesMax);
    const verdict = bytes && verdictIn(parseVerdictDocument(bytes), match, order);
    return verdict && { verdict, document: digestOf(bytes) };
  } catch (error) {
    // What cannot be read was not judged.
    if (error instanceof Failure && error.code !== 'interrupted') return undefined;
    throw error;
  }
}

/** The bundle goes once it was read: both images of every move would not fit beside each other. */
async function judge(match: Match, trying: Trying): Promise<Judged> {
  const { order, tools, watching } = trying;
  const folder = path.join(order.scratch, `gate-${keyOf(match, order).slice(0, 16)}`);
  let judged: Judged | undefined;
  try {
    judged = await judgeIn(folder, match, trying);
    return judged;
  } finally {
    watching.observe({
      kind: 'judged',
      image: match.image.name,
      platform: match.platform,
      verdict: judged?.verdict,
    });
    await tools.layouts.remove(folder);
  }
}

async function judgeIn(folder: string, match: Match, { order, tools, watching }: Trying): Promise<Judged> {
  const { move, image, platform, from, to } = match;
  const layout = await tools.layouts.openOrCreate(folder);
  const repository = tools.registries.open(move.name.registry, move.name.repository);
  const bundle = await putMatch(
    { match, now: order.now, commit: order.commit },
    repository,
    layout,
    watching,
  );
  watching.observe({ kind: 'judging', image: image.name, platform, from, to });
  await tools.gateProcess.judge({
    bundle: folder,
    config: order.configFile,
    ledger: order.ledgerFolder,
    bounds: order.bounds,
    signal: watching.signal,
  });
  // Opened anew: another process wrote to it.
  const stored = await readVerdict(await tools.layouts.open(folder), bundle);
  const verdict = stored && verdictIn(stored.document, match, order);
  if (stored === undefined || verdict === undefined)
    throw new Failure('verdict-missing', `the gate of ${image.name} left no verdict on exactly these images`);
  const { evidences, document } = stored;
  requireEvidence({ config: order.config, bundle, record: document.record, evidences });
  if (order.remembers && order.commit !== undefined && verdict.kind !== 'hold: infrastructure')
    await remember(keyOf(match, order), stored.bytes, tools.ledger);
  return { verdict, document: digestOf(stored.bytes) };
}

/** The worst that the document says of exactly this match; undefined: it is on something else. */
function verdictIn(
  { record, setVerdict }: VerdictDocument,
  match: Match,
  { config }: TrialRules,
): Verdict | undefined {
  const member = setVerdict.members.find(({ image }) => image === match.image.name);
  const isOfMatch =
    record.policy === config.policy &&
    member?.baseline === match.from &&
    member?.candidate === match.to &&
    member.suites.length > 0;
  if (!isOfMatch) return undefined;
  const worst = worstVerdict([
    setVerdict.verdict,
    member.verdict,
    ...member.suites.map(({ verdict }) => verdict),
  ]);
  invariant(worst !== undefined, 'there is a verdict among them');
  return worst;
}

/** The oldest go when there are too many. A ledger that cannot be written to costs another gate, and nothing else. */
async function remember(name: string, bytes: Uint8Array, ledger: Ledger | undefined): Promise<void> {
  if (ledger === undefined) return;
  try {
    await ledger.write(verdictsFolder, name, bytes);
    const files = (await ledger.list(verdictsFolder)).toSorted(
      (one, other) => one.writtenMs - other.writtenMs,
    );
    for (const file of files.slice(0, Math.max(0, files.length - limits.verdictsKeptMax)))
      await ledger.remove(verdictsFolder, file.name);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
  }
}
