import type { BuildpackName } from '../../model/builder-facts.ts';
import type { Digest } from '../../model/digest.ts';
import type { SaidVersion } from '../../model/lifecycle.ts';
import type { ParityAnswer, ParityEvidence } from '../../model/parity-answer.ts';
import type { JudgedPin, ParityReport } from '../../model/parity-report.ts';
import type { Runtime, RuntimePin } from '../../model/runtime-pin.ts';
import { harmOf } from './harm.ts';
import { passedOver } from './passed-over.ts';

/** What the very buildpacks of a channel said of a repository (level L3). */
export interface HeardChannel {
  readonly channel: string;
  readonly builder: Digest;
  /** The buildpack that gave up before it had settled on a version; undefined: none did. */
  readonly refusal: Refusal | undefined;
  readonly versions: readonly SaidVersion[];
}

export interface Refusal {
  readonly buildpack: BuildpackName;
  readonly runtime: Runtime;
  /** How it ended, and what was said: a sentence without a full stop. Foreign text. */
  readonly why: string;
}

/**
 * A report with what buildpacks said in place of what data says of them. Where a buildpack said nothing of a pin, the answer
 * stays.
 */
export function withHeard(report: ParityReport, heard: readonly HeardChannel[]): ParityReport {
  const byChannel = new Map(heard.map((each) => [each.channel, each]));
  const all = report.pins.map(({ pin }) => pin);
  const pins = report.pins.map((judged): JudgedPin => {
    const answers = judged.answers.map(({ channel, answer }) => {
      const said = byChannel.get(channel);
      return {
        channel,
        answer: (said === undefined ? undefined : answerOf(judged.pin, all, said)) ?? answer,
      };
    });
    return { ...judged, answers };
  });
  return { ...report, pins };
}

function answerOf(
  pin: RuntimePin,
  all: readonly RuntimePin[],
  { builder, refusal, versions }: HeardChannel,
): ParityAnswer | undefined {
  const evidence = ({ buildpack, line }: SaidVersion): ParityEvidence => ({
    level: 'L3',
    builder,
    buildpack,
    source: line,
  });
  const over = passedOver(all, versions).find((each) => each.pin === pin);
  if (over !== undefined) {
    const { by } = over;
    const why = `${by.buildpack.id} ${by.buildpack.version} went by ${by.origin ?? 'another file'}`;
    const { fits, harms } = harmOf(pin, by.version);
    return { kind: 'ignored', why, instead: by.version, fits, harms, offers: [], evidence: evidence(by) };
  }
  const spoken = versions.find((each) => each.runtime === pin.runtime && each.origin !== undefined);
  const own = isOrigin(pin, spoken?.origin) ? spoken : undefined;
  if (own?.version !== undefined) {
    const note = own.checksPatch ? undefined : 'Whether this very patch exists, only the download shows.';
    return { kind: 'supported', resolvesTo: own.version, note, evidence: evidence(own) };
  }
  // Which of several pins it gave up on is known where it said what it read; else none of them gets a build.
  const isMeant = spoken === undefined ? isAtRoot(pin) : own !== undefined;
  if (refusal?.runtime !== pin.runtime || !isMeant) return undefined;
  const { buildpack, why } = refusal;
  const source = own?.line ?? why;
  return { kind: 'unsupported', why, offers: [], evidence: { level: 'L3', builder, buildpack, source } };
}

function isOrigin(pin: RuntimePin, origin: string | undefined): boolean {
  return origin !== undefined && isAtRoot(pin) && (pin.place.name === origin || pin.field === origin);
}

function isAtRoot({ place }: RuntimePin): boolean {
  return place.file === place.name;
}
