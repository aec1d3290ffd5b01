import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod';

/**
 * GitHub's own description of its REST interface (github/rest-api-description, as npm's @octokit/openapi has it; what we
 * use of it, see tools/github-api.ts), as something that requests and answers can be held against. Only what a test uses
 * is compiled.
 */

const described = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const media = z.object({
  'application/json': z
    .object({ schema: z.unknown(), examples: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
});

const operationSchema = z.object({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.unknown()),
});

const parameterSchema = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: z.unknown(),
});

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface ApiRequest {
  /** `GET /repos/{owner}/{repo}` */
  readonly route: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export class PublishedApi {
  readonly #description: z.output<typeof described>;
  readonly #bodies = new Ajv({ strict: false, validateFormats: true, allErrors: true, logger: false });
  // Parameters are text in a URL, whatever their type.
  readonly #texts = new Ajv({ strict: false, coerceTypes: true, allErrors: true, logger: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    const place = new URL('github-api.json', import.meta.url);
    this.#description = described.parse(JSON.parse(readFileSync(place, 'utf8')));
    for (const ajv of [this.#bodies, this.#texts]) {
      ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
      ajv.addFormat('uri', (text) => URL.canParse(text));
      ajv.addFormat('uri-template', true);
      ajv.addFormat('email', true);
      ajv.addFormat('int64', true);
      ajv.addFormat('timestamp', true);
    }
  }

  /** What is wrong with a request: unknown or wrong parameters and fields. GitHub itself ignores unknown ones. */
  requestFaults({ route, path, query, body }: ApiRequest): readonly string[] {
    const { parameters, requestBody } = this.#operation(route);
    const known = parameters.map((each) => parameterSchema.parse(this.#resolve(each)));
    const given = { path, query };
    const faults = known.flatMap(({ name, in: where, required, schema }) => {
      if (where !== 'path' && where !== 'query') return [];
      const value = given[where][name];
      if (value === undefined) return required ? [`${route}: ${name} is missing`] : [];
      return this.#faults(`${route} ${where} ${name}`, schema, value, this.#texts);
    });
    const unknown = Object.keys(query).filter(
      (name) => !known.some((each) => each.in === 'query' && each.name === name),
    );
    return [
      ...faults,
      ...unknown.map((name) => `${route}: the query has an unknown ${name}`),
      ...this.#bodyFaults(route, requestBody, body),
    ];
  }

  /** What is wrong with an answer. Errors that the description leaves out are held against its common one. */
  answerFaults(route: string, status: number, body: unknown): readonly string[] {
    const told = this.#operation(route).responses[String(status)];
    if (told === undefined && status < 400) return [`${route}: status ${status} is not described`];
    const response = z.object({ content: media.optional() }).parse(this.#resolve(told) ?? {});
    const json = response.content?.['application/json'];
    if (json === undefined && status < 400)
      return body === undefined ? [] : [`${route}: status ${status} has no body`];
    const schema = json?.schema ?? { $ref: '#/components/schemas/basic-error' };
    return this.#faults(`${route} answer ${status}`, schema, body, this.#bodies);
  }

  /** The published example of an answer, for tests to change. */
  example(route: string, status: number): unknown {
    const response = z
      .object({ content: media })
      .parse(this.#resolve(this.#operation(route).responses[String(status)]));
    const [first] = Object.values(response.content['application/json']?.examples ?? {});
    return z.object({ value: z.unknown() }).parse(this.#resolve(first)).value;
  }

  #bodyFaults(
    route: string,
    requestBody: z.output<typeof operationSchema>['requestBody'],
    body: unknown,
  ): readonly string[] {
    const schema = requestBody?.content['application/json']?.schema;
    if (schema === undefined) return body === undefined ? [] : [`${route}: takes no body`];
    const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : undefined;
    const unknown =
      properties === undefined || !isRecord(body)
        ? []
        : Object.keys(body).filter((name) => !Object.hasOwn(properties, name));
    return [
      ...this.#faults(`${route} body`, schema, body, this.#bodies),
      ...unknown.map((name) => `${route}: the body has an unknown ${name}`),
    ];
  }

  #operation(route: string): z.output<typeof operationSchema> {
    const [method = '', path = ''] = route.split(' ');
    const operation = this.#description.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub describes no ${route}`);
    return operationSchema.parse(operation);
  }

  #faults(name: string, schema: unknown, value: unknown, ajv: Ajv): readonly string[] {
    const check = this.#compiled.get(name) ?? ajv.compile(this.#closed(schema));
    this.#compiled.set(name, check);
    // Parameters are coerced in place, so they stand in an object.
    if (check({ value })) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath}: ${message}`);
  }

  /** A schema with all that it refers to, as JSON Schema has it. */
  #closed(schema: unknown): Json {
    const definitions: Record<string, unknown> = {};
    const take = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(take);
      if (!isRecord(node)) return node;
      const { $ref } = node;
      if (typeof $ref === 'string') {
        const name = $ref.replace('#/components/', '').replaceAll('/', '.');
        if (!Object.hasOwn(definitions, name)) {
          definitions[name] = true;
          definitions[name] = take(this.#resolve(node));
        }
        return { $ref: `#/definitions/${name}` };
      }
      return withoutNullable(
        Object.fromEntries(
          Object.entries(node)
            .filter(([key]) => !['discriminator', 'example', 'examples', 'default'].includes(key))
            .map(([key, value]) => [key, take(value)]),
        ),
      );
    };
    return { type: 'object', properties: { value: take(schema) }, required: ['value'], definitions };
  }

  #resolve(node: unknown): unknown {
    if (!isRecord(node) || typeof node['$ref'] !== 'string') return node;
    const [group = '', name = ''] = node['$ref'].replace('#/components/', '').split('/');
    return this.#description.components[group]?.[name];
  }
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own. */
function withoutNullable({ nullable, ...schema }: Json): Json {
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}
