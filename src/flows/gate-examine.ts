import { Failure } from '../base/failure.ts';
import type { Change } from '../model/change.ts';
import type { Config } from '../model/definition.ts';
import type { Finding, FindingKind } from '../model/finding.ts';
import { limits } from '../base/limits.ts';
import type { Lead } from '../model/lead.ts';
import type { TestId } from '../model/observation.ts';
import type { Layout } from '../ports/layout.ts';
import { verdictOfFinding, type SuiteVerdict } from '../model/verdict.ts';
import { leadsFor } from '../stages/examine/leads.ts';
import { examineImages } from './examine-images.ts';
import { openImage } from './image-contents.ts';
import type { Pair } from './gate-unit.ts';
import type { Tools } from './tools.ts';

export interface PairExamination {
  /** What differs, down to files and packages where they could be read; else as much as was known before. */
  readonly changes: ReadonlyMap<Pair, Change | undefined>;
  /** Sentences: why something could not be read. */
  readonly notices: readonly string[];
}

export interface PairExaminationOrder {
  readonly pairs: readonly Pair[];
  /** Where the candidates lie. */
  readonly layout: Layout;
  readonly config: Config;
}

/**
 * Reads what the layers of baseline and candidate hold, for the report. It comes after the verdict, which cannot depend on
 * it: neither what is found nor what goes wrong here changes anything that was concluded.
 */
export async function examinePairs(
  { pairs, layout, config }: PairExaminationOrder,
  { layerCache }: Pick<Tools, 'layerCache'>,
  signal: AbortSignal | undefined,
): Promise<PairExamination> {
  const changes = new Map<Pair, Change | undefined>();
  const notices = new Set<string>();
  for (const pair of pairs) {
    const { baseline, candidate } = pair.images;
    changes.set(pair, pair.change);
    if (baseline === undefined || candidate === undefined) continue;
    try {
      const { change, faults } = await examineImages(
        {
          baseline: await openImage({
            repository: pair.contender.baseline.repository,
            manifest: baseline.manifest,
          }),
          candidate: await openImage({ repository: layout, manifest: candidate.manifest }),
          reach: 'layers',
          noise: config.noise,
        },
        layerCache,
        signal,
      );
      changes.set(pair, change);
      for (const fault of faults) notices.add(fault);
    } catch (error) {
      notices.add(unread(pair, error));
    }
  }
  return { changes, notices: [...notices] };
}

/** Even a fault of ours must not take away a verdict that is there. */
function unread({ contender, platform }: Pair, error: unknown): string {
  const why = error instanceof Failure ? error.message : `a fault of ours: ${String(error)}`;
  return `what changed in the files of ${contender.definition.name} on ${platform} could not be told: ${why}`;
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
