import * as z from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { descriptorSchema, digestSchema, type Descriptor } from './descriptor.ts';
import { digestAlgorithm, digestOf, type Digest } from './digest.ts';
import { goStruct } from './go-struct.ts';
import { isIndexType, isManifestType } from './media-type.ts';
import { normalizePlatform, type Platform } from './platform.ts';

/**
 * A manifest or index, byte for byte as it was received, with what those bytes say.
 * Identity is the digest of `bytes`; nothing is ever re-serialised.
 */
export type Manifest = ImageManifest | ImageIndex;

interface ManifestBytes {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
}

/** One image for one platform, or an artifact (OCI image-spec, "Image Manifest"). */
export interface ImageManifest extends ManifestBytes {
  readonly kind: 'manifest';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Several manifests under one digest (OCI image-spec, "Image Index"; Docker's manifest list). */
export interface ImageIndex extends ManifestBytes {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}

/** What an image says of itself (OCI image-spec, "Image Configuration"), as far as we read it. */
export interface ImageConfig {
  readonly platform: Platform;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly Digest[];
  readonly created: string | undefined;
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workdir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  /** Empty: the engine's own. */
  readonly stopSignal: string;
  /** As canonical JSON; empty: none. Docker's, which engines obey and the image-spec does not know. */
  readonly healthcheck: string;
  /** What builds upon the image run first, and by which shell. Docker's as well. */
  readonly onBuild: readonly string[];
  readonly shell: readonly string[];
  /** The command behind each layer, base first, as far as the config tells; undefined for a layer without one. Foreign text. */
  readonly history: readonly (string | undefined)[];
}

const annotations = z.record(z.string(), z.string()).nullish();
const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  subject: descriptorSchema.nullish(),
  annotations,
};
const manifestSchema = goStruct({
  ...common,
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(limits.manifestLayersMax),
});
const indexSchema = goStruct({
  ...common,
  manifests: z.array(descriptorSchema).max(limits.indexDescriptorsMax),
});

/** Fields of both kinds, so that those of the other one are seen. */
const shapeSchema = goStruct({
  mediaType: z.string().optional(),
  manifests: z.unknown().optional(),
  layers: z.unknown().optional(),
  config: z.unknown().optional(),
});

/**
 * Reads a manifest or index whose media type is known from outside the bytes.
 * `expected`, where given, is the digest that the bytes must have.
 * Refused: other bytes than promised, a `mediaType` inside that differs from the one outside,
 * `manifests` beside `layers` (CVE-2021-41190), duplicate JSON keys, keys that
 * engines take for others, unknown types, more than the limits.
 * @throws Failure `content-mismatch` or `content-refused`
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, expected?: Digest): Manifest {
  if (bytes.length > limits.manifestBytesMax) {
    throw new Failure(
      'content-refused',
      `${expected ?? 'a manifest'} is refused: it is larger than ${limits.manifestBytesMax} bytes`,
    );
  }
  const digest = digestOf(bytes, expected === undefined ? 'sha256' : digestAlgorithm(expected));
  if (expected !== undefined && digest !== expected) {
    throw new Failure(
      'content-mismatch',
      `a manifest was promised as ${expected} but its bytes are ${digest}`,
      {
        hint: 'The registry or bundle is damaged or lies; nothing of it was used.',
      },
    );
  }
  const document = parseJsonStrictly(bytes, (why) => refused(digest, why));
  const shape = read(shapeSchema, document, digest);
  if (shape.mediaType !== undefined && shape.mediaType !== mediaType) {
    throw refused(digest, `it says that it is ${shape.mediaType}, but it was delivered as ${mediaType}`);
  }
  if (shape.manifests !== undefined && (shape.layers !== undefined || shape.config !== undefined))
    throw refused(digest, 'it is both a manifest and an index');
  if (isIndexType(mediaType)) {
    const { manifests, ...rest } = read(indexSchema, document, digest);
    return { kind: 'index', bytes, digest, mediaType, ...commonOf(rest), manifests };
  }
  if (isManifestType(mediaType)) {
    const { config, layers, ...rest } = read(manifestSchema, document, digest);
    return { kind: 'manifest', bytes, digest, mediaType, ...commonOf(rest), config, layers };
  }
  throw refused(digest, `its media type ${mediaType.slice(0, 100)} is not one of an image`);
}

/** The descriptor under which others refer to this manifest. */
export function descriptorOf(manifest: Manifest, platform?: Platform): Descriptor {
  const { mediaType, digest, bytes } = manifest;
  return { mediaType, digest, size: bytes.length, ...(platform === undefined ? {} : { platform }) };
}

const strings = z.array(z.string()).nullish();
const configSchema = goStruct({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  created: z.string().optional(),
  history: z
    .array(goStruct({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() }))
    .max(limits.historyLinesMax)
    .nullish()
    // It is for people; nothing runs otherwise for what it says.
    .catch(undefined),
  rootfs: goStruct({
    type: z.literal('layers'),
    diff_ids: z.array(digestSchema).max(limits.manifestLayersMax).nullish(),
  }),
  config: goStruct({
    User: z.string().nullish(),
    Env: strings,
    Entrypoint: strings,
    Cmd: strings,
    WorkingDir: z.string().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    Volumes: z.record(z.string(), z.unknown()).nullish(),
    StopSignal: z.string().nullish(),
    Healthcheck: z.json().optional(),
    OnBuild: strings,
    Shell: strings,
  }).nullish(),
});

/** Reads an image config, verified against its digest. @throws Failure `content-mismatch` or `content-refused` */
export function parseImageConfig(bytes: Uint8Array, expected: Digest): ImageConfig {
  if (bytes.length > limits.imageConfigBytesMax)
    throw refused(expected, `it is larger than ${limits.imageConfigBytesMax} bytes`);
  const digest = digestOf(bytes, digestAlgorithm(expected));
  if (digest !== expected) {
    throw new Failure(
      'content-mismatch',
      `an image config was promised as ${expected} but its bytes are ${digest}`,
    );
  }
  const document = parseJsonStrictly(bytes, (why) => refused(digest, why));
  const { os, architecture, variant, created, rootfs, config, history } = read(
    configSchema,
    document,
    digest,
  );
  return {
    platform: normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) }),
    diffIds: rootfs.diff_ids ?? [],
    created,
    user: config?.User ?? '',
    env: config?.Env ?? [],
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    workdir: config?.WorkingDir ?? '',
    labels: config?.Labels ?? {},
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    volumes: Object.keys(config?.Volumes ?? {}),
    stopSignal: config?.StopSignal ?? '',
    healthcheck: jsonText(config?.Healthcheck ?? null),
    onBuild: config?.OnBuild ?? [],
    shell: config?.Shell ?? [],
    history: (history ?? [])
      .filter((line) => line.empty_layer !== true)
      .map((line) => line.created_by ?? undefined),
  };
}

function jsonText(value: Json): string {
  return value === null ? '' : canonicalJson(value);
}

function commonOf(rest: {
  readonly annotations?: Record<string, string> | null | undefined;
  readonly subject?: Descriptor | null | undefined;
  readonly artifactType?: string | undefined;
}): Pick<ManifestBytes, 'annotations' | 'subject' | 'artifactType'> {
  return {
    annotations: rest.annotations ?? {},
    subject: rest.subject ?? undefined,
    artifactType: rest.artifactType,
  };
}

function read<T>(schema: z.ZodType<T>, document: unknown, digest: Digest): T {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(digest, `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'does not fit'}`);
}

function refused(digest: Digest, why: string): Failure {
  return new Failure('content-refused', `${digest} is refused: ${why}`);
}
