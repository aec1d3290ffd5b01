import * as z from 'zod';
import { ecosystems } from './package.ts';

/** The public form of a list of packages: what `packages --json` writes. */

const digest = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
  .describe('Content digest, algorithm:hex.');

const listed = z.strictObject({
  ecosystem: z.enum(ecosystems),
  name: z.string(),
  version: z.string().describe('As the ecosystem compares it; empty where nothing says it.'),
  architecture: z.string().optional(),
  source: z.string().optional().describe('The source package that it was built from.'),
  licence: z.string().optional().describe('As the package says it; often no SPDX expression.'),
  size: z.number().nonnegative().optional().describe('Installed size in bytes.'),
  place: z.string().describe('Path of the file that says this; `!/` leads into an archive.'),
  purl: z.string().optional().describe('The package URL (ECMA-427).'),
});

export const packageListSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('packages'),
  madeBy: z.string(),
  image: z.strictObject({ name: z.string(), digest }),
  platforms: z.array(
    z.strictObject({
      platform: z.string(),
      manifest: digest,
      os: z
        .strictObject({ name: z.string(), version: z.string() })
        .optional()
        .describe('The distribution, by os-release.'),
      packages: z.array(listed),
      findings: z.array(z.string()).describe('What could not be read, and what is odd about the layers.'),
    }),
  ),
  notices: z.array(z.string()),
});

export type PackageListDocument = z.infer<typeof packageListSchema>;

/** The document's schema for those who read it with other programs (JSON Schema 2020-12). */
export function packageListJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(packageListSchema),
    title: 'Lockkeeper package list',
    description: 'What `lockkeeper packages --json` writes.',
  };
}
