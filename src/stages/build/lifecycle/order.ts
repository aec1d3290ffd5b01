import { Failure } from '../../../base/failure.ts';
import type { BuilderFacts, OrderEntry } from '../../../model/builder-facts.ts';

/** A buildpack that the platform adds, with its version known. */
export interface PlacedBuildpack {
  readonly id: string;
  readonly version: string;
  readonly optional: boolean;
}

/**
 * The builder's order with what the platform puts before and behind each group, as `order.toml` (buildpacks platform
 * spec, "order.toml"; "system.toml" tells where they go). Undefined: nothing is added, and the builder's own file counts.
 * @throws Failure `content-refused` where the builder's label leaves open what is meant
 */
export function orderFile(
  facts: BuilderFacts,
  before: readonly PlacedBuildpack[],
  after: readonly PlacedBuildpack[],
): string | undefined {
  if (before.length + after.length === 0) return undefined;
  const groups = facts.order.map(({ group }) => [
    ...before,
    ...group.map((entry) => placed(entry, facts)),
    ...after,
  ]);
  return groups.map(groupText).join('\n');
}

/** The version of a buildpack that the builder holds, where only one of that id is there. */
export function versionIn({ buildpacks }: BuilderFacts, id: string): string | undefined {
  const found = buildpacks.filter((each) => each.id === id);
  return found.length === 1 ? found[0]?.version : undefined;
}

function placed({ id, version, optional }: OrderEntry, facts: BuilderFacts): PlacedBuildpack {
  const known = version ?? versionIn(facts, id);
  if (known === undefined)
    throw new Failure(
      'content-refused',
      `the builder's order names ${JSON.stringify(id)} without a version, and it holds not exactly one`,
    );
  return { id, version: known, optional };
}

function groupText(group: readonly PlacedBuildpack[]): string {
  const entries = group.map(
    ({ id, version, optional }) =>
      `  [[order.group]]\n    id = ${tomlString(id)}\n    version = ${tomlString(version)}\n    optional = ${optional}\n`,
  );
  return `[[order]]\n${entries.join('')}`;
}

/** A basic string of TOML; what JSON escapes, TOML reads alike (toml.io v1.0.0, "String"), but for DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', String.raw`\u007F`);
}
