import * as z from 'zod';
import { imageSchema } from './config-image.ts';
import { configSchema } from './config-schema.ts';

/** The part of JSON Schema that our own schema comes to, with what the reference page is made from. */
export interface SchemaNode {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly examples?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly anyOf?: readonly SchemaNode[] | undefined;
  readonly items?: SchemaNode | undefined;
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: SchemaNode | false | undefined;
}

const node: z.ZodType<SchemaNode> = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get anyOf() {
    return z.array(node).optional();
  },
  get items() {
    return node.optional();
  },
  get properties() {
    return z.record(z.string(), node).optional();
  },
  get additionalProperties() {
    return z.union([node, z.literal(false)]).optional();
  },
});

const originKeys = ['build', 'image', 'pinned', 'platform'] as const;

/** What an editor checks lockkeeper.yaml with: JSON Schema of the file as it is written, before it is read. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    // The draft that editors' YAML extensions know.
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      // Zod leaves out examples and defaults of values that are read into something else.
      const examples = z.globalRegistry.get(zodSchema)?.['examples'];
      if (Array.isArray(examples)) jsonSchema.examples = examples;
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
      if (zodSchema === imageSchema) jsonSchema.oneOf = originKeys.map((key) => ({ required: [key] }));
    },
  });
}

/** The same, for the reference page to walk. */
export function configSchemaNode(): SchemaNode {
  return node.parse(configJsonSchema());
}
