import * as z from 'zod';
import { Failure, isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import type { Candidate } from './candidate.ts';
import { digestSchema, mediaTypeSchema } from './descriptor.ts';
import type { Digest } from './digest.ts';
import type { SourceState } from './evidence.ts';
import { parseReference } from './reference.ts';

/** The document beside `index.json` that makes an OCI layout a bundle. */
export const bundleDocument = 'lockkeeper.json';

/** Candidates on their way from one job to another: what they are and what they were made of. */
export interface Bundle {
  readonly schemaVersion: 1;
  /** Equal for all that is promoted together. */
  readonly set: string;
  readonly createdAt: string;
  readonly source: SourceState;
  readonly members: readonly Candidate[];
  /** Baselines that were looked up ahead, by somebody who may; a gate takes them from here and asks no registry. */
  readonly baselines: readonly BundledBaseline[];
  /** Layers that the images here name and that are not here, each once; empty where the bundle is whole. */
  readonly leftOut: readonly LeftOut[];
}

/** What an image's name stood for, and that image's bytes in the same layout. */
export interface BundledBaseline {
  /** Name in lockkeeper.yaml. */
  readonly image: string;
  /** The name that was looked up, spelled out. */
  readonly reference: string;
  /** Undefined: it did not exist. */
  readonly digest: Digest | undefined;
  readonly lookedUpAt: string;
}

/** A layer that whoever receives the bundle has, or can get. `size` is in bytes, packed as the manifest names it. */
export interface LeftOut {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  /** Where it can be had, the likeliest first; empty: only with who has it already. */
  readonly sources: readonly BlobSource[];
}

export type BlobSource =
  /** A manifest that names the layer, `registry/repository@sha256:…`: what a registry hands out, it hands out by these. */
  | { readonly kind: 'registry'; readonly reference: string }
  /** A bundle with the layer in it, by its set. */
  | { readonly kind: 'bundle'; readonly set: string }
  /** A key of the CI system's cache. */
  | { readonly kind: 'cache'; readonly key: string };

const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('registry'), reference: z.string().refine(isPinned, 'not name@digest') }),
  z.strictObject({ kind: z.literal('bundle'), set: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('cache'), key: z.string().min(1).max(512) }),
]);

const leftOutSchema = z.strictObject({
  digest: digestSchema,
  size: z.int().nonnegative(),
  mediaType: mediaTypeSchema,
  sources: z.array(sourceSchema).max(limits.blobSourcesMax),
});

const platformBuildSchema = z
  .strictObject({
    kind: z.literal('platform'),
    platform: z.string().max(200),
    channel: z.string().max(200),
    builder: z.string().max(1000),
    runImage: z.string().max(1000),
    platformApi: z.string().max(20),
    lifecycle: z.string().max(200).optional(),
    buildpacks: z.array(z.string().max(500)).max(1000),
    inputs: digestSchema,
    builtBy: z.string().max(200),
    startedAt: z.string().max(40),
  })
  .transform((build) => ({ ...build, lifecycle: build.lifecycle }));

const bundleSchema = z.strictObject({
  schemaVersion: z.literal(1),
  set: z.string().min(1).max(200),
  createdAt: z.string().max(40),
  source: z.strictObject({
    commit: z
      .string()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
      .optional(),
    tree: digestSchema.optional(),
    dirty: z.boolean(),
  }),
  members: z
    .array(
      z.strictObject({
        image: z.string().min(1).max(200),
        digest: digestSchema,
        mediaType: z.string().max(200),
        platforms: z
          .array(z.strictObject({ platform: z.string().max(100), manifest: digestSchema }))
          .min(1)
          .max(64),
        origin: z.discriminatedUnion('kind', [
          z.strictObject({
            kind: z.literal('built'),
            inputs: digestSchema,
            builtBy: z.string().max(200),
            startedAt: z.string().max(40),
          }),
          z.strictObject({
            kind: z.literal('ready'),
            reference: z.string().max(1000),
            resolvedAt: z.string().max(40),
          }),
          platformBuildSchema,
        ]),
      }),
    )
    .min(1)
    .max(200),
  baselines: z
    .array(
      z.strictObject({
        image: z.string().min(1).max(200),
        reference: z.string().max(1000),
        digest: digestSchema.optional(),
        lookedUpAt: z.string().max(40),
      }),
    )
    .max(200)
    .default([]),
  leftOut: z.array(leftOutSchema).max(limits.leftOutMax).default([]),
});

/** @throws Failure `bundle-invalid` */
export function parseBundle(bytes: Uint8Array, path: string): Bundle {
  const refuse = (why: string): Failure =>
    new Failure('bundle-invalid', `${path}/${bundleDocument} is not a bundle's: ${why}`, {
      where: { file: `${path}/${bundleDocument}` },
    });
  const parsed = bundleSchema.safeParse(parseJsonStrictly(bytes, refuse));
  if (parsed.success) {
    // What is said of one image must not depend on which of two entries somebody reads.
    for (const list of ['members', 'baselines'] as const) {
      const names = parsed.data[list].map(({ image }) => image);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw refuse(`${list}: ${JSON.stringify(twice)} stands there twice`);
    }
    const digests = parsed.data.leftOut.map(({ digest }) => digest);
    if (new Set(digests).size < digests.length) throw refuse('leftOut: a digest stands there twice');
    const { source, baselines, ...rest } = parsed.data;
    return {
      ...rest,
      source: { commit: source.commit, tree: source.tree, dirty: source.dirty },
      baselines: baselines.map(({ digest, ...baseline }) => ({ ...baseline, digest })),
    };
  }
  const issue = parsed.error.issues[0];
  throw refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'does not fit'}`);
}

/** Exactly one manifest of a registry, spelled out. */
function isPinned(text: string): boolean {
  try {
    return parseReference(text).digest !== undefined;
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
}

export function formatBundle(bundle: Bundle): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(bundle, undefined, 2)}\n`);
}
