import type { BuildpackName } from '../../../model/builder-facts.ts';
import type { LifecycleEnd, LifecycleSaid } from '../../../model/lifecycle.ts';
import { limits } from '../../../base/limits.ts';
import { Failure } from '../../../base/failure.ts';
import type { ImageManifest } from '../../../model/manifest.ts';
import type { Layout } from '../../../ports/layout.ts';
import type { CollectedPlace, ContainerSpec, Runner } from '../../../ports/runner.ts';
import { lifecycleEnd } from './end.ts';
import { ExportedImage } from './exported-image.ts';
import { layoutPlace } from './layout-place.ts';
import { LifecycleLog } from './log.ts';
import { creatorSpec, exportedReference, exportFolder, phasesSpec, type LifecycleOrder } from './spec.ts';

export interface LifecycleTools {
  readonly runner: Runner;
  /** Each line of the log as it comes, without colours; foreign text. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

export interface LifecycleRun {
  readonly end: LifecycleEnd;
  readonly said: LifecycleSaid;
  readonly durationMs: number;
}

/**
 * Runs detection and build to see what they say, and keeps nothing of the result.
 * @param creator false where the lifecycle exports to no layout, or there is no run image
 * @throws Failure `interrupted`
 */
export async function probeLifecycle(
  order: LifecycleOrder,
  creator: boolean,
  tools: LifecycleTools,
): Promise<LifecycleRun> {
  const spec = creator ? creatorSpec(order, { kind: 'nothing' }) : phasesSpec(order);
  return run(spec, order.platformApi, tools);
}

export type BuiltByLifecycle = LifecycleRun & {
  /** Undefined where the build did not come to an image. */
  readonly manifest: ImageManifest | undefined;
  readonly group: readonly BuildpackName[];
};

/**
 * Builds, and stores the image in `into` under `tag`. The layers of the run image have to be there already.
 * @throws Failure `interrupted`, `content-*` and `blob-missing` where the lifecycle says that it is done and has left no
 * sound image
 */
export async function buildWithLifecycle(
  order: LifecycleOrder,
  { into, tag }: { readonly into: Layout; readonly tag: string },
  tools: LifecycleTools,
): Promise<BuiltByLifecycle> {
  const exported = new ExportedImage(into, layoutPlace(exportedReference));
  const results: CollectedPlace = {
    kind: 'stream',
    directory: exportFolder,
    filesMax: limits.exportFilesMax,
    bytesMax: limits.exportBytesMax,
    take: exported.take,
  };
  const ran = await run(creatorSpec(order, results), order.platformApi, tools);
  if (ran.end.kind !== 'done') return { ...ran, manifest: undefined, group: ran.said.group };
  if (ran.refused !== undefined)
    throw new Failure('content-refused', `what the lifecycle exported is not taken: ${ran.refused}`);
  return { ...ran, manifest: await exported.finish(tag), group: ran.said.group };
}

async function run(
  spec: ContainerSpec,
  platformApi: string,
  { runner, onLine, signal }: LifecycleTools,
): Promise<LifecycleRun & { readonly refused: string | undefined }> {
  const log = new LifecycleLog(onLine);
  const { end, collected, durationMs } = await runner.run({ ...spec, onOutput: log.add }, signal);
  const said = log.end();
  return {
    end: lifecycleEnd(end, said, platformApi),
    said,
    durationMs,
    refused: collected.kind === 'refused' ? collected.why : undefined,
  };
}
