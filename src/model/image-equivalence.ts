import { imageEquivalenceType } from './image-equivalence-schema.ts';
import type { StandIn } from './stand-in.ts';
import { digestSet, resourceJson, type Resource, type Statement } from './statement.ts';
import type { VerdictDocument } from './verdict-document.ts';

export interface EquivalenceOrder {
  readonly standIn: StandIn;
  /** The verdict on what was tested, and how its document is stored. */
  readonly document: VerdictDocument;
  readonly record: Resource;
  /** Program and version. */
  readonly comparedBy: string;
}

/** Why a verdict on one image is good for another one; about the rebuild. The same proof gives the same statement. */
export function imageEquivalence({ standIn, document, record, comparedBy }: EquivalenceOrder): Statement {
  const { image, tested, rebuilt, commit, platforms } = standIn;
  const { kind, sentence } = document.setVerdict.verdict;
  return {
    predicateType: imageEquivalenceType,
    subject: { name: image, digest: digestSet(rebuilt) },
    predicate: {
      image,
      comparedBy,
      source: [{ name: 'source commit', digest: { gitCommit: commit } }],
      tested: resourceJson({ digest: digestSet(tested) }),
      platforms: platforms.map((each) => ({
        platform: each.platform,
        tested: resourceJson({ digest: digestSet(each.tested) }),
        rebuilt: resourceJson({ digest: digestSet(each.rebuilt) }),
        noise: each.noise.map(({ rule, because, files }) => ({ rule, because, files })),
      })),
      verdict: { kind, sentence, createdAt: document.record.createdAt },
      record: resourceJson(record),
    },
  };
}
