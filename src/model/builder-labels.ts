import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import type { BuilderBuildpack, BuilderFacts, OrderEntry, OrderGroup } from './builder-facts.ts';
import { isDigest } from './digest.ts';

/**
 * Reads what a builder image says of itself (Buildpacks platform spec, "Builder"; buildpack spec, "Distribution"). `name`
 * is the image, for people.
 * @throws Failure `builder-invalid`: a label is missing, huge, no JSON, or of a shape that no version of the format has
 */
export function readBuilderLabels(labels: Readonly<Record<string, string>>, name: string): BuilderFacts {
  const metadata = readLabel(labels, 'io.buildpacks.builder.metadata', metadataSchema, name);
  const order = readLabel(labels, 'io.buildpacks.buildpack.order', orderSchema, name);
  const layers = labels[layersLabel] === undefined ? {} : readLabel(labels, layersLabel, layersSchema, name);
  if (order.length === 0) throw refused(name, 'its order is empty, so that it would never build anything');
  const { lifecycle, stack, images } = metadata;
  return {
    buildpacks: metadata.buildpacks.map(({ id, version }) => buildpackOf(id, version, layers)),
    order: groupsOf(order),
    runImages: [
      ...(images ?? []).map(({ image }) => image),
      ...(stack?.runImage?.image === undefined ? [] : [stack.runImage.image]),
    ].filter((image, at, all) => image !== '' && all.indexOf(image) === at),
    lifecycle:
      lifecycle === undefined
        ? undefined
        : {
            version: lifecycle.version,
            platformApis: lifecycle.apis?.platform?.supported ?? present(lifecycle.api?.platform),
            buildpackApis: lifecycle.apis?.buildpack?.supported ?? present(lifecycle.api?.buildpack),
          },
  };
}

const layersLabel = 'io.buildpacks.buildpack.layers';

// Ids and versions end up in messages and are compared with patterns.
const short = z.string().min(1).max(200);
const entrySchema = z.object({ id: short, version: short.nullish(), optional: z.boolean().nullish() });
const groupSchema = z.object({ group: z.array(entrySchema).max(limits.builderBuildpacksMax) });
const orderSchema = z.array(groupSchema).max(limits.builderGroupsMax);
const apis = z.object({
  supported: z
    .array(short)
    .nullish()
    .transform((list) => list ?? undefined),
});

const metadataSchema = z.object({
  buildpacks: z.array(z.object({ id: short, version: short })).max(limits.builderBuildpacksMax),
  stack: z.object({ runImage: z.object({ image: z.string() }).optional() }).optional(),
  // Since Platform API 0.12, in place of the stack.
  images: z.array(z.object({ image: z.string() })).nullish(),
  lifecycle: z
    .object({
      version: short.optional(),
      // Before Platform API 0.7 there was one of each.
      api: z.object({ platform: short.optional(), buildpack: short.optional() }).optional(),
      apis: z.object({ platform: apis.optional(), buildpack: apis.optional() }).optional(),
    })
    .optional(),
});

const targetSchema = z.object({
  os: z.string(),
  arch: z.string().optional(),
  distros: z.array(z.object({ name: z.string(), version: z.string().optional() })).nullish(),
});

const layersSchema = z.record(
  short,
  z.record(
    short,
    z.object({
      api: z.string().optional(),
      layerDiffID: z.string().optional(),
      targets: z.array(targetSchema).nullish(),
      order: orderSchema.nullish(),
    }),
  ),
);

function readLabel<T>(
  labels: Readonly<Record<string, string>>,
  label: string,
  schema: z.ZodType<T>,
  name: string,
): T {
  const text = labels[label];
  if (text === undefined) {
    throw new Failure('builder-invalid', `${name} has no label ${label}, so that it is no builder`, {
      hint: 'Name the image that the platform builds with, not the one that it runs, nor one that was built.',
    });
  }
  const bytes = Buffer.from(text);
  if (bytes.length > limits.builderLabelBytesMax)
    throw refused(name, `its label ${label} is larger than ${limits.builderLabelBytesMax} bytes`);
  const document = parseJsonStrictly(bytes, (why) => refused(name, `of its label ${label}, ${why}`));
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw refused(name, `its label ${label} has another shape than is known${place}`);
}

function refused(name: string, why: string): Failure {
  return new Failure('builder-invalid', `${name} cannot be read as a builder: ${why}`);
}

function buildpackOf(id: string, version: string, layers: z.output<typeof layersSchema>): BuilderBuildpack {
  const versions = Object.hasOwn(layers, id) ? layers[id] : undefined;
  const layer = versions !== undefined && Object.hasOwn(versions, version) ? versions[version] : undefined;
  const diffId = layer?.layerDiffID ?? '';
  return {
    id,
    version,
    api: layer?.api,
    targets: (layer?.targets ?? []).map(targetText),
    layer: isDigest(diffId) ? diffId : undefined,
    order: groupsOf(layer?.order ?? []),
  };
}

function targetText({ os, arch, distros }: z.output<typeof targetSchema>): string {
  const systems = (distros ?? []).map(({ name, version }) =>
    version === undefined ? name : `${name} ${version}`,
  );
  const platform = arch === undefined ? os : `${os}/${arch}`;
  return systems.length === 0 ? platform : `${platform} (${systems.join(', ')})`;
}

function groupsOf(order: z.output<typeof orderSchema>): readonly OrderGroup[] {
  return order.map(({ group }) => ({
    group: group.map(({ id, version, optional }): OrderEntry => ({
      id,
      version: version ?? undefined,
      optional: optional === true,
    })),
  }));
}

function present(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}
