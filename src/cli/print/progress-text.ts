import { unreachable } from '../../base/invariant.ts';
import { durationText, sizeText } from '../../base/quantity.ts';
import { plural, safeClip } from '../../base/text.ts';
import { shortDigest, shortDigests } from '../../model/digest.ts';
import type { DeliveryStep, Event, PromotionStepKind, TrialUnit } from '../../model/event.ts';
import type { StandIn } from '../../model/stand-in.ts';
import type { TrialEnd, TrialRequest } from '../../model/trial.ts';
import { progressLimits } from './progress-limits.ts';

/** Foreign text, made safe for a line on a terminal and in the log of a CI system. */
export function safePart(text: string, charsMax: number = progressLimits.partCharsMax): string {
  return safeClip(text, charsMax);
}

/** What is worth a line of its own; undefined for what only changes the status. */
export function eventLine(event: Event): string | undefined {
  switch (event.kind) {
    case 'engine-found':
      return `engine: ${safePart(event.engine)}`;
    case 'build-started':
      return `building ${safePart(event.image)}${event.platform === undefined ? '' : ` for ${safePart(event.platform)}`}`;
    case 'build-ended':
      return `built ${safePart(event.image)}: ${shortDigest(event.digest)} in ${durationText(event.durationMs)}`;
    case 'resolved':
      return event.digest === undefined
        ? `${safePart(event.image)}: ${safePart(event.reference)} does not exist yet`
        : `${safePart(event.image)}: ${safePart(event.reference)} is ${shortDigest(event.digest)}`;
    case 'looked-up':
      return event.done === event.of ? `looked up ${plural(event.of, 'name')}` : undefined;
    case 'fetch-started':
      return `fetching ${safePart(shortDigests(event.reference))}`;
    case 'load-started':
      return `loading ${event.side} of ${safePart(event.image)}`;
    case 'delivery-step':
      return `${safePart(event.receiver)}: ${safePart(event.image)} ${deliveryText(event.step)}`;
    case 'examined':
      return `${safePart(shortDigests(event.image))}, ${safePart(event.platform)}: ${event.change}`;
    case 'stood-in':
      return standInText(event.standIn);
    case 'baseline-reused':
      return `${unitText(event.unit)}: the baseline was run on ${event.ranAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}; that run stands for its screen`;
    case 'calibration-started':
      return `${unitText(event.unit)}: ${plural(event.runs, 'run')} of the image in use`;
    case 'trial-ended':
      return `${trialText(event.unit, event.request)}: ${resultText(event)} in ${durationText(event.durationMs)}`;
    case 'judging':
      return judgingText(event);
    case 'judged':
      return event.verdict === undefined
        ? undefined
        : `${safePart(event.image)} (${safePart(event.platform)}): ${event.verdict.kind} — ${safePart(event.verdict.sentence)}`;
    case 'promotion-step':
      return `${safePart(event.target)}: ${promotionStepWords[event.step][event.state]}`;
    case 'gate-answered':
      return gateText(event);
    case 'gate-started':
    case 'command-output':
    case 'build-output':
    case 'blob-copied':
    case 'trial-started':
      return undefined;
    default:
      return unreachable(event);
  }
}

/** `gate 3: 8 of 16 moved: bad in 12 s (exit status 1: no such module)`. */
function gateText(event: Extract<Event, { readonly kind: 'gate-answered' }>): string {
  const { number, moves, moved, answer, why, durationMs } = event;
  const few = moved.length > 0 && moved.length <= progressLimits.gateNamesMax;
  const which = few ? ` (${moved.map((name) => safePart(shortDigests(name))).join(', ')})` : '';
  return `gate ${number}: ${moved.length} of ${moves.length} moved${which}: ${answer} in ${durationText(durationMs)}; ${safePart(why, 240)}`;
}

/** A picture of which moves a gate made, in their order: `▐████····▌`. Where there are many, a sign stands for several. */
export function gatePicture(
  { moves, moved }: { readonly moves: readonly string[]; readonly moved: readonly string[] },
  columnsMax: number,
): string {
  const made = new Set(moved);
  const cells = Math.min(moves.length, Math.max(1, columnsMax - 2));
  const signs = Array.from({ length: cells }, (_, cell) => {
    const own = moves.slice(
      Math.floor((cell * moves.length) / cells),
      Math.floor(((cell + 1) * moves.length) / cells),
    );
    const share = own.filter((move) => made.has(move)).length / own.length;
    return share === 1 ? '█' : share === 0 ? '·' : '▒';
  });
  return `▐${signs.join('')}▌`;
}

/** `ci: 3f… stands in for 9a…, which was tested; they differ in known noise alone: 3 logs, 1 machine-id`. */
function standInText({ image, tested, rebuilt, platforms }: StandIn): string {
  const what = `${safePart(image)}: ${shortDigest(rebuilt)} stands in for ${shortDigest(tested)}, which was tested`;
  const noise = platforms.flatMap((each) =>
    each.noise.map(({ rule, files }) => `${files} ${safePart(rule)}`),
  );
  return noise.length === 0
    ? `${what}; they hold the same`
    : `${what}; they differ in known noise alone: ${noise.join(', ')}`;
}

/** `judging ci (linux/amd64) by its suites: sha256:0123456789ab → sha256:ba9876543210`. */
export function judgingText({
  image,
  platform,
  from,
  to,
}: Extract<Event, { readonly kind: 'judging' }>): string {
  const before = from === undefined ? '(gone)' : shortDigest(from);
  return `judging ${safePart(image)} (${safePart(platform)}) by its suites: ${before} → ${shortDigest(to)}`;
}

/** What each step of a promotion did, and what it is when it was done before; behind the name that it is about. */
const promotionStepWords: Readonly<Record<PromotionStepKind, Readonly<Record<'done' | 'was-done', string>>>> =
  {
    'check-tag': { done: 'has not moved since it was judged', 'was-done': 'stands at the candidate already' },
    'record-intent': {
      done: 'noted in the bundle that it is to move',
      'was-done': 'it was noted before that it is to move',
    },
    'stage-image': {
      done: 'the candidate is in the registry, under no name yet',
      'was-done': 'the candidate was in the registry before',
    },
    'read-back-image': {
      done: 'the candidate was read back and is whole',
      'was-done': 'the candidate was read back before',
    },
    'attach-evidence': { done: 'the evidence is attached', 'was-done': 'the evidence was attached before' },
    'move-tag': { done: 'stands at the candidate now', 'was-done': 'stood at the candidate before' },
    'read-back-tag': { done: 'was read back and stands there', 'was-done': 'was read back before' },
    'record-done': {
      done: 'noted in the bundle that it has moved',
      'was-done': 'it was noted before that it has moved',
    },
  };

function deliveryText(step: DeliveryStep): string {
  switch (step.kind) {
    case 'sent':
      return `is there: ${plural(step.layers, 'layer')} sent (${sizeText(step.bytes)}), ${step.held} were there already`;
    case 'started':
      return 'starts';
    case 'named':
      return `is called ${safePart(step.name)}`;
    default:
      return unreachable(step);
  }
}

/** `gyp on runtime (linux/amd64)`. */
function unitText({ image, suite, platform }: TrialUnit): string {
  return `${safePart(suite)} on ${safePart(image)} (${safePart(platform)})`;
}

/** `gyp on runtime (linux/amd64), screen 1, candidate`; `…, confirm 2 (1 test), candidate` where only some tests run. */
export function trialText(unit: TrialUnit, { step, round, side, only }: TrialRequest): string {
  const part = only === undefined ? '' : ` (${plural(only.length, 'test')})`;
  return `${unitText(unit)}, ${step}${step === 'preflight' || step === 'sentinel' ? '' : ` ${round}`}${part}, ${side}`;
}

function resultText({
  end,
  passed,
  failed,
  other,
  request,
}: Extract<Event, { readonly kind: 'trial-ended' }>): string {
  if (end.kind !== 'exited') return endWords(end);
  if (request.step === 'preflight' || request.step === 'sentinel') return `exit status ${end.status}`;
  if (passed + failed + other === 0) return `no test seen, exit status ${end.status}`;
  return [
    `${passed} passed`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(other === 0 ? [] : [`${other} other`]),
  ].join(', ');
}

function endWords(end: Exclude<TrialEnd, { readonly kind: 'exited' }>): string {
  switch (end.kind) {
    case 'not-started':
      return `not started (${safePart(end.message)})`;
    case 'timed-out':
      return 'timed out';
    case 'out-of-memory':
      return 'memory used up';
    case 'out-of-disk':
      return 'disk space used up';
    case 'engine-error':
      return `engine error (${safePart(end.message)})`;
    default:
      return unreachable(end);
  }
}
