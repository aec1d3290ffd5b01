import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { configSchemaNode, type SchemaNode } from './config-json-schema.ts';
import { configSchema } from './config-schema.ts';

test('every example of every key is one that the schema takes', () => {
  let seen = 0;
  z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ zodSchema }) => {
      const examples: unknown = z.globalRegistry.get(zodSchema)?.['examples'];
      if (!(zodSchema instanceof z.ZodType) || !Array.isArray(examples)) return;
      for (const example of examples) {
        seen += 1;
        assert.ok(zodSchema.safeParse(example).success, JSON.stringify(example));
      }
    },
  });
  assert.ok(seen > 30, `only ${seen} examples were found`);
});

test('every key has a sentence and an example', () => {
  const keys = keysOf(configSchemaNode(), '');
  assert.ok(keys.length > 30, `only ${keys.length} keys were found`);
  for (const { path, node } of keys) {
    assert.match(node.description ?? '', /\.$/, path);
    assert.ok((node.examples ?? []).length > 0, path);
  }
});

function keysOf(
  node: SchemaNode,
  path: string,
): readonly { readonly path: string; readonly node: SchemaNode }[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, each]) => {
    const named = each.additionalProperties;
    const inner = named === undefined || named === false ? each : named;
    return [{ path: `${path}${key}`, node: each }, ...keysOf(inner, `${path}${key}.`)];
  });
}
