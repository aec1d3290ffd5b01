import { Failure } from '../base/failure.ts';
import type { Change } from '../model/change.ts';
import type { Config } from '../model/definition.ts';
import type { Finding, FindingKind } from '../model/finding.ts';
import { limits } from '../base/limits.ts';
import type { Lead } from '../model/lead.ts';
import type { TestId } from '../model/observation.ts';
import { verdictOfFinding, type SuiteVerdict } from '../model/verdict.ts';
import { leadsFor } from '../stages/examine/leads.ts';
import { examineImages } from './examine-images.ts';
import { openImage, type ImagePlace } from './image-contents.ts';
import type { Tools, Watching } from './tools.ts';

/** Two images of one platform, and what is known of them before a layer was read. */
export interface ComparedPair {
  readonly image: string;
  readonly platform: string;
  /** Undefined: there is none. */
  readonly baseline: ImagePlace | undefined;
  readonly candidate: ImagePlace | undefined;
  readonly change: Change | undefined;
}

export interface PairExamination {
  /** In the order of the pairs: what differs, down to files and packages where they could be read; else what was known. */
  readonly changes: readonly (Change | undefined)[];
  /** Sentences: why something could not be read. */
  readonly notices: readonly string[];
}

/**
 * Reads what the layers of baseline and candidate hold, for the report. It comes after the verdict, which cannot depend on
 * it: neither what is found nor what goes wrong here changes anything that was concluded.
 */
export async function examinePairs(
  pairs: readonly ComparedPair[],
  { noise }: Pick<Config, 'noise'>,
  { layerCache, signal }: Pick<Tools, 'layerCache'> & Pick<Watching, 'signal'>,
): Promise<PairExamination> {
  const changes: (Change | undefined)[] = [];
  const notices = new Set<string>();
  for (const pair of pairs) {
    const { baseline, candidate } = pair;
    if (baseline === undefined || candidate === undefined) {
      changes.push(pair.change);
      continue;
    }
    try {
      const images = { baseline: await openImage(baseline), candidate: await openImage(candidate) };
      const order = { ...images, reach: 'layers', noise } as const;
      const { change, faults } = await examineImages(order, layerCache, signal);
      changes.push(change);
      for (const fault of faults) notices.add(fault);
    } catch (error) {
      changes.push(pair.change);
      notices.add(unread(pair, error));
    }
  }
  return { changes, notices: [...notices] };
}

/** Even a fault of ours must not take away a verdict that is there. */
function unread({ image, platform }: ComparedPair, error: unknown): string {
  const why = error instanceof Failure ? error.message : `a fault of ours: ${String(error)}`;
  return `what changed in the files of ${image} on ${platform} could not be told: ${why}`;
}

/** Hints for each test that got worse, by the change of its pair. */
export function leadsOf(
  { findings }: SuiteVerdict,
  change: Change | undefined,
): ReadonlyMap<TestId, readonly Lead[]> {
  const contents = change?.contents;
  if (contents === undefined) return new Map();
  const worse = findings.filter(gotWorse).slice(0, limits.leadFindingsMax);
  return new Map(
    worse.map((finding) => [
      finding.test,
      leadsFor(
        `${finding.test}\n${finding.candidateDetail ?? ''}\n${finding.baselineDetail ?? ''}`,
        contents,
      ),
    ]),
  );
}

function gotWorse({ kind }: Finding): boolean {
  const known: Readonly<Record<FindingKind, string>> = verdictOfFinding;
  return known[kind] !== 'promote' && kind !== 'infrastructure' && kind !== 'not-comparable';
}
