import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Ended } from './command-line.ts';
import { makeImage, textFile, type TestImage } from './images.ts';

/** Two images that nobody has seen; the layers of `base` are the lower ones of `image`. */
export interface LayeredImages {
  readonly nonce: string;
  readonly base: TestImage;
  /** Three layers; its `/etc/top` holds the nonce. */
  readonly image: TestImage;
}

export async function layeredImages(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LayeredImages> {
  const nonce = randomUUID();
  const files = [textFile('etc/base', nonce)];
  const base = await makeImage({ files });
  const image = await makeImage({ files, top: [textFile('etc/top', nonce)], settings });
  return { nonce, base, image };
}

const document = z.strictObject({
  receivers: z.array(
    z.object({
      receiver: z.string(),
      state: z.enum(['loaded', 'failed']),
      deliveries: z.array(
        z.strictObject({
          image: z.string(),
          name: z.string(),
          identity: z.object({
            kind: z.string(),
            digest: z.string(),
            diffIds: z.array(z.string()).optional(),
          }),
          layers: z.strictObject({ sent: z.int(), sentBytes: z.int(), held: z.int() }),
          started: z.string(),
        }),
      ),
      failure: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});

/** The document of a `load --json` that came to its end. */
export function loadedOf(ended: Ended, status = 0): z.infer<typeof document>['receivers'] {
  assert.equal(ended.status, status, ended.stderr);
  return document.parse(JSON.parse(ended.stdout)).receivers;
}
