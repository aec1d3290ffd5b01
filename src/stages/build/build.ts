import { canonicalJson } from '../../base/canonical-json.ts';
import type { Candidate, CandidatePlatform } from '../../model/candidate.ts';
import type { ImageDefinition, ImageOrigin } from '../../model/definition.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { Observer } from '../../model/event.ts';
import { descriptorOf, parseManifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { formatPlatform, type Platform } from '../../model/platform.ts';
import type { Clock } from '../../base/clock.ts';
import type { Builder, BuiltImage } from '../../ports/builder.ts';
import type { Layout } from '../../ports/layout.ts';

type BuildOrigin = Extract<ImageOrigin, { readonly kind: 'build' }>;

export interface BuildInput {
  readonly image: ImageDefinition;
  readonly origin: BuildOrigin;
  /** Dockerfile and context, absolute. */
  readonly dockerfile: string;
  readonly context: string;
  /** What the build reads: the Dockerfile's bytes and all files of the context. */
  readonly files: { readonly dockerfile: Digest; readonly context: Digest | undefined };
  readonly labels: Readonly<Record<string, string>>;
}

export interface BuildTools {
  readonly builder: Builder;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly observe: Observer;
  readonly signal: AbortSignal | undefined;
}

/**
 * Builds one image of the config for all its platforms, one after the other, and puts it into the layout under its name.
 * Several platforms become one index; a single one stays a plain manifest.
 * @throws Failure `build-failed`, `engine-*`
 */
export async function buildCandidate(input: BuildInput, tools: BuildTools): Promise<Candidate> {
  const startedAt = tools.clock.now().toISOString();
  const wanted = input.origin.platforms.length === 0 ? [undefined] : input.origin.platforms;
  const built: BuiltImage[] = [];
  for (const platform of wanted) built.push(await buildPlatform(input, platform, tools));
  const top = await store(input.image.name, built, tools.layout);
  return {
    image: input.image.name,
    digest: top.digest,
    mediaType: top.mediaType,
    platforms: built.map(({ platform, manifest }): CandidatePlatform => ({
      platform: formatPlatform(platform),
      manifest,
    })),
    origin: { kind: 'built', inputs: inputsDigest(input), builtBy: built[0]?.builtBy ?? '', startedAt },
  };
}

async function buildPlatform(
  input: BuildInput,
  platform: Platform | undefined,
  tools: BuildTools,
): Promise<BuiltImage> {
  const { image, origin, dockerfile, context, labels } = input;
  const { builder, layout, clock, observe, signal } = tools;
  const name = platform === undefined ? undefined : formatPlatform(platform);
  observe({ kind: 'build-started', image: image.name, platform: name });
  const started = clock.monotonicMs();
  const request = { dockerfile, context, args: origin.args, target: origin.target, platform, labels };
  const onLine = (line: string): void => observe({ kind: 'build-output', image: image.name, line });
  const built = await builder.build(request, layout, onLine, signal);
  observe({
    kind: 'build-ended',
    image: image.name,
    digest: built.manifest,
    durationMs: clock.monotonicMs() - started,
  });
  return built;
}

async function store(name: string, built: readonly BuiltImage[], layout: Layout): Promise<Descriptor> {
  const children: Descriptor[] = [];
  for (const { manifest, platform } of built)
    children.push(descriptorOf(await layout.manifest(manifest), platform));
  const [only, ...others] = children;
  if (only !== undefined && others.length === 0) {
    await layout.putManifest(await layout.manifest(only.digest), name);
    return only;
  }
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: children.map(plainDescriptor),
  };
  const index = parseManifest(new TextEncoder().encode(canonicalJson(document)), mediaTypes.ociIndex);
  await layout.putManifest(index, name);
  return descriptorOf(index);
}

function plainDescriptor({
  mediaType,
  digest,
  size,
  platform,
}: Descriptor): Record<string, string | number | Record<string, string | undefined>> {
  return { mediaType, digest, size, ...(platform === undefined ? {} : { platform: { ...platform } }) };
}

/** What went in: a second build with the same inputs is a rebuild, not a change. */
function inputsDigest({ origin, files }: BuildInput): Digest {
  const { args, target, platforms } = origin;
  return digestOf(
    canonicalJson({
      dockerfile: files.dockerfile,
      context: files.context ?? null,
      args,
      target: target ?? null,
      platforms: platforms.map(formatPlatform),
    }),
  );
}
