import { Failure } from '../base/failure.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import type { GateReport, KeptFile } from '../model/gate-report.ts';
import type { Layouts } from '../ports/layout.ts';
import { gateReport } from './gate-report.ts';
import { readBundle } from './open-bundle.ts';
import { readVerdict, type StoredVerdict } from './read-verdict.ts';

export interface ShowOrder {
  /** Folder of the bundle. */
  readonly bundle: string;
  /** The same as the person wrote it. */
  readonly bundleName: string;
}

/**
 * The newest verdict of a bundle, judged again from the evidence beside it. Needs neither engine nor registry.
 * @throws Failure `verdict-missing`, and as {@link readVerdict}
 */
export async function showVerdict({ bundle, bundleName }: ShowOrder, layouts: Layouts): Promise<GateReport> {
  const layout = await layouts.open(bundle);
  const stored = await readVerdict(layout, await readBundle(layout));
  if (stored === undefined) {
    throw new Failure('verdict-missing', 'the candidates of this bundle have no verdict', {
      hint: `Run \`lockkeeper gate --bundle ${bundleName}\`.`,
    });
  }
  const { document, evidences } = stored;
  const { record, setVerdict } = document;
  return {
    ...gateReport({ path: bundleName, record, setVerdict, evidences, changes: [] }),
    kept: keptFiles(stored),
  };
}

function keptFiles({ artifacts, document }: StoredVerdict): readonly KeptFile[] {
  return artifacts.flatMap(({ layers }, index) =>
    layers.map(({ mediaType, digest, size, annotations = {} }) => ({
      image: document.record.members[index]?.image ?? '',
      name: annotations[annotationKeys.title] ?? mediaType,
      mediaType,
      predicateType: annotations[annotationKeys.predicateType],
      digest,
      size,
    })),
  );
}
