import type { PlatformBuild } from './candidate.ts';
import type { Digest } from './digest.ts';
import type { SourceState } from './evidence.ts';
import { digestSet, type Statement } from './statement.ts';

/** slsa.dev/spec/v1.1/provenance. */
const provenanceType = 'https://slsa.dev/provenance/v1';

export interface BuilderRecordOrder {
  readonly subject: Digest;
  readonly image: string;
  readonly origin: PlatformBuild;
  readonly source: SourceState;
  readonly network: 'none' | 'default';
}

/** What a platform's lifecycle built an image of, for others to read. Unsigned, as all our statements. */
export function builderRecord({ subject, image, origin, source, network }: BuilderRecordOrder): Statement {
  const { platform, channel, builder, runImage, platformApi, lifecycle, buildpacks, inputs } = origin;
  const sourceOf =
    source.commit === undefined
      ? []
      : [{ uri: 'git', digest: { gitCommit: source.commit }, annotations: { dirty: source.dirty } }];
  return {
    predicateType: provenanceType,
    subject: { name: image, digest: digestSet(subject) },
    predicate: {
      buildDefinition: {
        buildType: 'https://lockkeeper.dev/buildpacks-lifecycle/v1',
        externalParameters: { platform, channel, platformApi, network },
        internalParameters: { inputs, buildpacks: [...buildpacks], lifecycle },
        resolvedDependencies: [imageOf('builder', builder), imageOf('run image', runImage), ...sourceOf],
      },
      runDetails: {
        builder: { id: 'https://lockkeeper.dev/build/v1', version: { engine: origin.builtBy } },
        metadata: { startedOn: origin.startedAt },
      },
    },
  };
}

function imageOf(
  name: string,
  pinned: string,
): { readonly name: string; readonly uri: string; readonly digest: Record<string, string> } {
  const [algorithm = '', hex = ''] = pinned.slice(pinned.lastIndexOf('@') + 1).split(':');
  return { name, uri: `oci://${pinned}`, digest: { [algorithm]: hex } };
}
