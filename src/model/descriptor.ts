import * as z from 'zod';
import { isDigest, type Digest } from './digest.ts';
import { goStruct } from './go-struct.ts';

/** Points to content by what it is (OCI image-spec, "Content Descriptors"). `size` is in bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: PlatformField | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The `platform` member as it stands in an index, unnormalised. */
export interface PlatformField {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export const mediaTypeSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/);

export const digestSchema = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'not a digest',
);

export const descriptorSchema = goStruct({
  mediaType: mediaTypeSchema,
  digest: digestSchema,
  size: z.int().nonnegative(),
  platform: goStruct({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
