import { Failure } from '../base/failure.ts';
import { plural } from '../base/text.ts';
import { shortDigest, type Digest } from '../model/digest.ts';
import type { CommitId } from '../model/commit.ts';
import type { Hold } from '../model/hold.ts';
import type { Mention } from '../model/mention.ts';
import type { FileOutcome } from '../model/pin.ts';
import { formatReference, pinReference, shortName, type Reference } from '../model/reference.ts';
import type { GitRepositories } from '../ports/git.ts';
import { digestPlace } from '../model/digest-place.ts';
import { followed, namedAs } from '../stages/plan/follow.ts';
import { namePolicies } from '../stages/plan/name-policy.ts';
import { lookUpAll, lookUpKey } from '../stages/resolve/look-up.ts';
import { editFiles } from './edit-files.ts';
import { changeHolds, openHolds, requireAhead, type HoldChange } from './hold-file.ts';
import { readPinHistory, type PinHistory } from './pin-history.ts';
import { pinnedEdits, type PinnedEdits } from './pinned-edits.ts';
import { pinsOf, type Pins, type PinTools } from './pins.ts';

export interface RollbackOrder {
  /** Where the person is; absolute. The whole repository around it is looked at. */
  readonly cwd: string;
  /** What `--config` names. */
  readonly config: string | undefined;
  /** Name of an image in lockkeeper.yaml, or a name as files write it, or a glob over such names. */
  readonly image: string;
  /** Undefined: what the pins said before they last moved, by git. */
  readonly to: Digest | undefined;
  readonly author: string;
  /** Undefined: one that tells the two digests. */
  readonly reason: string | undefined;
  /** The last day of the hold; undefined: until it is released. */
  readonly until: string | undefined;
  readonly evidence: string | undefined;
  readonly dryRun: boolean;
  /** The commit whose history is asked; undefined: what is checked out. */
  readonly from?: CommitId | undefined;
}

export interface RollbackTools extends PinTools {
  readonly git: GitRepositories;
}

export interface RolledBack {
  /** As files write it. */
  readonly name: string;
  readonly to: Digest;
  /** When the pins moved away from it: ISO 8601, UTC; undefined: nobody knows, or it was said. */
  readonly movedAt: string | undefined;
}

export interface RollbackOutcome {
  readonly images: readonly RolledBack[];
  readonly files: readonly FileOutcome[];
  readonly hold: HoldChange;
  /** Mentions that have no place for a digest. */
  readonly kept: readonly { readonly mention: Mention; readonly why: string }[];
  readonly notices: readonly string[];
}

/** One name, all its mentions, and where it goes back to. */
interface Name {
  readonly follows: Reference;
  readonly mentions: readonly Mention[];
}

/**
 * Puts the earlier digest of an image back everywhere, and holds it there. The hold is written first: an update that runs
 * between the two undoes nothing. Run again, it changes nothing.
 * @throws Failure `usage` (one digest for several images, a day that has passed), `name-unknown`, `no-earlier-digest`, `manifest-missing`, and what reading and writing throws
 */
export async function rollback(order: RollbackOrder, tools: RollbackTools): Promise<RollbackOutcome> {
  requireAhead(order.until, tools.clock.now().toISOString());
  const holds = await openHolds(order, tools);
  const { known, scanned } = holds;
  const directory = scanned.root ?? order.cwd;
  const baseline = known?.images.find(({ name }) => name === order.image)?.baseline;
  const only = [baseline === undefined ? order.image : formatReference(baseline)];
  const asked = { directory, only, ledger: undefined };
  const pins = await pinsOf(scanned, asked, { update: true, ledger: 'unused' }, tools);
  const names = namesOf(pins, order.image);
  requireOne(names, order);
  const history = await historyOf(pins, names, { ...tools, from: order.from });
  const places: { readonly name: Name; readonly back: RolledBack }[] = [];
  for (const name of names) {
    const back = await earlierOf(name, order, { pins, history, held: known?.holds ?? [] });
    if (back !== undefined) places.push({ name, back });
  }
  const notices = [
    ...(places.length === 0
      ? [`${order.image} is held at an earlier digest already; name another one with --to`]
      : []),
    ...(await requireAlive(places, pins)),
  ];
  const added = places.map(({ name, back }) => holdOf(name, back, order));
  const isReleased = (hold: Hold): boolean =>
    added.some(({ image, keep }) => hold.image === image && hold.keep !== undefined && hold.keep !== keep);
  const change = await changeHolds(holds, { isReleased, added }, { ...tools, dryRun: order.dryRun });
  const edits = places.flatMap(({ name, back }) => editsOf(name, back.to));
  const files = await editFiles(
    { directory, mentions: pins.survey.mentions, changes: edits, dryRun: order.dryRun },
    { editor: tools.editor, mentionsAfter: pins.mentionsAfter },
  );
  const kept = places.flatMap(({ name }) =>
    name.mentions.flatMap((mention) => {
      const place = digestPlace(mention);
      return place.kind === 'none' ? [{ mention, why: place.why }] : [];
    }),
  );
  return { images: places.map(({ back }) => back), files, hold: change, kept, notices };
}

function namesOf({ order }: Pins, image: string): readonly Name[] {
  const policyOf = namePolicies(order.policy);
  const names = new Map<string, { follows: Reference; mentions: Mention[] }>();
  for (const mention of order.mentions) {
    if (mention.meaning.kind !== 'image' || !order.isWanted(mention)) continue;
    const follows = followed(mention, policyOf(namedAs(mention, mention.meaning.reference)));
    if (follows === undefined) continue;
    const key = formatReference(follows);
    const name = names.get(key) ?? { follows, mentions: [] };
    name.mentions.push(mention);
    names.set(key, name);
  }
  if (names.size > 0) return [...names.values()];
  throw new Failure(
    'name-unknown',
    `${JSON.stringify(image)} is no image with a tag that this repository mentions`,
    {
      hint: '`lockkeeper scan` lists them.',
    },
  );
}

/** One digest is one image: written at the tag of another, it would put that in its place. */
function requireOne(names: readonly Name[], { image, to }: RollbackOrder): void {
  if (to === undefined || names.length === 1) return;
  const all = names.map(({ follows }) => shortName(formatReference(follows)));
  throw new Failure(
    'usage',
    `--to names one digest, and ${image} stands for ${plural(names.length, 'image')} here: ${all.join(', ')}`,
    { hint: 'Name one of them with its tag, or leave --to away: then each goes back to its own digest.' },
  );
}

async function historyOf(
  { root, below }: Pins,
  names: readonly Name[],
  { git, from }: { readonly git: GitRepositories; readonly from: CommitId | undefined },
): Promise<PinHistory | undefined> {
  if (root === undefined) return undefined;
  const files = names.flatMap(({ mentions }) => mentions.map(({ place }) => place.file));
  return readPinHistory({ repository: await git.open(root), below, from }, [...new Set(files)]);
}

interface Known {
  readonly pins: Pins;
  readonly history: PinHistory | undefined;
  readonly held: readonly Hold[];
}

/** Undefined: it has been rolled back already. */
async function earlierOf(
  { follows, mentions }: Name,
  order: RollbackOrder,
  { pins, history, held }: Known,
): Promise<RolledBack | undefined> {
  const name = shortName(formatReference(follows));
  if (order.to !== undefined) return { name, to: order.to, movedAt: undefined };
  const current = [...new Set(mentions.flatMap(digestOf))];
  const kept = held.find((hold) => hold.image === name && hold.keep !== undefined)?.keep;
  if (kept !== undefined && current.every((digest) => digest === kept)) return undefined;
  // What a run that was broken off wrote down is what it was about to do.
  if (kept !== undefined) return { name, to: kept, movedAt: undefined };
  const found: { readonly to: Digest; readonly movedAt: string | undefined }[] = [];
  for (const file of new Set(mentions.map(({ place }) => place.file)))
    for (const digest of current) {
      const earlier = await history?.before(file, digest);
      if (earlier === undefined) continue;
      const then = await pins.mentionsAfter(new Map([[file, earlier.bytes]]));
      const was = then.filter((mention) => isNamed(mention, follows, pins)).flatMap(digestOf);
      const [to] = was.filter((each) => !current.includes(each));
      if (to !== undefined) found.push({ to, movedAt: earlier.until });
    }
  // The last move is what is taken back; one that is not committed yet is the last of all.
  const [latest] = found.toSorted((left, right) => (at(left) < at(right) ? 1 : -1));
  if (latest !== undefined) return { name, ...latest };
  const shallow = history?.isWhole === false ? ' Fetch its history with `git fetch --unshallow`, or' : '';
  throw new Failure('no-earlier-digest', `git does not tell which digest ${name} had before`, {
    hint: `${shallow === '' ? 'Say it:' : shallow.trim()} name one with --to DIGEST.`,
  });
}

function at({ movedAt }: { readonly movedAt: string | undefined }): string {
  return movedAt ?? '9999';
}

function digestOf({ meaning }: Mention): readonly Digest[] {
  return meaning.kind === 'image' && meaning.reference.digest !== undefined ? [meaning.reference.digest] : [];
}

function isNamed(mention: Mention, follows: Reference, { order }: Pins): boolean {
  if (mention.meaning.kind !== 'image') return false;
  const then = followed(mention, namePolicies(order.policy)(namedAs(mention, mention.meaning.reference)));
  return then !== undefined && formatReference(then) === formatReference(follows);
}

/** Going back to an image that has gone would break everybody at once. A registry that is down forbids nothing. */
async function requireAlive(
  places: readonly { readonly name: Name; readonly back: RolledBack }[],
  { registries }: Pins,
): Promise<readonly string[]> {
  const pinned = places.map(({ name, back }) => pinReference(name.follows, back.to));
  const answers = await lookUpAll(pinned, { registries });
  return pinned.flatMap((reference) => {
    const answer = answers.get(lookUpKey(reference));
    if (answer?.kind === 'absent') {
      throw new Failure('manifest-missing', `${formatReference(reference)} has gone from the registry`, {
        hint: 'Name one that is still there with --to DIGEST.',
      });
    }
    return answer?.kind === 'failed'
      ? [`whether ${formatReference(reference)} is still there is not known: ${answer.failure.message}`]
      : [];
  });
}

/** One hold an image: what it was kept at before is forgotten. */
function holdOf({ mentions }: Name, { name, to }: RolledBack, order: RollbackOrder): Hold {
  const { author, until, evidence } = order;
  const [from] = mentions.flatMap(digestOf).filter((digest) => digest !== to);
  const reason = order.reason ?? `rolled back${from === undefined ? '' : ` from ${shortDigest(from)}`}`;
  return { image: name, author, reason, until, digest: undefined, keep: to, evidence };
}

function editsOf({ follows, mentions }: Name, to: Digest): readonly PinnedEdits[] {
  return mentions.flatMap((mention) => {
    const [from] = digestOf(mention);
    if (from === to || digestPlace(mention).kind === 'none') return [];
    const decision =
      from === undefined
        ? { kind: 'pin' as const, to }
        : { kind: 'move' as const, from, to, backwards: true };
    return pinnedEdits({ mention, follows, decision }) ?? [];
  });
}
