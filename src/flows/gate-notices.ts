import { plural } from '../base/text.ts';
import type { Config } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import { describeHold, holdsBack, isHeld, isOn } from '../model/hold.ts';
import { compileGlob } from '../model/glob.ts';
import type { SuiteVerdict } from '../model/verdict.ts';
import { describeEndOf, waiverState, type Waiver } from '../model/waiver.ts';

export interface NoticeOrder {
  readonly config: Pick<Config, 'images' | 'waivers' | 'holds' | 'file'>;
  /** The images that were judged, with all digests that each candidate has. */
  readonly images: readonly { readonly image: string; readonly digests: readonly Digest[] }[];
  readonly suites: readonly SuiteVerdict[];
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** What people should know of waivers and holds, in the order of lockkeeper.yaml. */
export function exceptionNotices({ config, images, suites, now }: NoticeOrder): readonly string[] {
  const waivers = config.waivers.flatMap((waiver) => {
    const judged = images.find(({ image }) => image === waiver.image);
    const notice = judged === undefined ? undefined : waiverNotice(waiver, judged.digests, suites, now);
    return notice === undefined ? [] : [notice];
  });
  const holds = config.holds.flatMap((hold) =>
    images
      .filter(({ image, digests }) => {
        const definition = config.images.find(({ name }) => name === image);
        return definition !== undefined && isOn(hold, definition) && holdsBack(hold, now, digests);
      })
      .map(({ image }) => `${image} is not promoted, whatever its verdict: ${describeHold(hold)}`),
  );
  const ended = config.holds
    .filter((hold) => !isHeld(hold, now))
    .map(({ image, until }) => `the hold on ${image} ended on ${until}; take it out with lockkeeper release`);
  return [...waivers, ...holds, ...ended];
}

function waiverNotice(
  waiver: Waiver,
  digests: readonly Digest[],
  suites: readonly SuiteVerdict[],
  now: string,
): string | undefined {
  const name = `the waiver of ${waiver.author} for ${JSON.stringify(waiver.test)} on ${waiver.image}`;
  const state = waiverState(waiver, now, digests);
  if (state === 'expired')
    return `${name} is expired (${describeEndOf(waiver.until)}); take it out, or give it a new end`;
  if (state === 'of another candidate')
    return `${name} is ${describeEndOf(waiver.until)} and not for this candidate`;
  const own = suites.filter(
    ({ image, suite }) => image === waiver.image && (waiver.suite === undefined || suite === waiver.suite),
  );
  const matches = compileGlob(waiver.test, 'test');
  const findings = own.flatMap((suite) => suite.findings);
  const used = findings.filter(({ waived }) => waived === waiver).length;
  const matched = findings.filter(({ test }) => matches(test)).length;
  if (matched > broadTestsMin && matched > broadShare * findings.length)
    return `${name} is too broad: it matches ${matched} of ${plural(findings.length, 'test')}, and excuses ${used}; name the tests that it is for`;
  return used === 0 ? `${name} is unused: nothing that it matches blocks; take it out` : undefined;
}

// A glob over a module of a small suite may well match half of it; over more tests nobody knows what it lets through.
const broadTestsMin = 10;
const broadShare = 0.1;
