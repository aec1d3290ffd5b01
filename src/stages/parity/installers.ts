import type {
  BuilderBuildpack,
  BuilderFacts,
  BuildpackName,
  OrderEntry,
  OrderGroup,
} from '../../model/builder-facts.ts';
import { limits } from '../../base/limits.ts';
import type { BuildpackKnowledge } from '../../model/buildpack-knowledge.ts';
import type { Runtime } from '../../model/runtime-pin.ts';

/** A buildpack of a builder that installs a runtime, with what is known of it. */
export interface Installer {
  readonly buildpack: BuilderBuildpack;
  readonly knowledge: BuildpackKnowledge;
}

/**
 * Which buildpack of a builder installs each runtime: of those that the data knows, the first that the order leads to,
 * through composite buildpacks too. What no order names is never run.
 */
export function installersOf(
  facts: BuilderFacts,
  knowledge: ReadonlyMap<string, BuildpackKnowledge>,
): ReadonlyMap<Runtime, Installer> {
  const found = new Map<Runtime, Installer>();
  for (const buildpack of inOrder(facts)) {
    const known = knowledge.get(buildpack.id);
    if (known !== undefined && !found.has(known.runtime))
      found.set(known.runtime, { buildpack, knowledge: known });
  }
  return found;
}

/** The buildpacks that an order leads to, each once, in the order in which they are tried. */
function inOrder({ buildpacks, order }: BuilderFacts): readonly BuilderBuildpack[] {
  const found = new Set<BuilderBuildpack>();
  const visit = (groups: readonly OrderGroup[], depth: number): void => {
    if (depth > limits.builderOrderDepthMax) return;
    for (const { group } of groups) {
      for (const entry of group) {
        const buildpack = named(buildpacks, entry);
        if (buildpack === undefined || found.has(buildpack)) continue;
        found.add(buildpack);
        visit(buildpack.order, depth + 1);
      }
    }
  };
  visit(order, 0);
  return [...found];
}

function named(
  buildpacks: readonly BuilderBuildpack[],
  { id, version }: OrderEntry,
): BuilderBuildpack | undefined {
  return buildpacks.find((each) => each.id === id && (version === undefined || each.version === version));
}

/** `heroku/python 0.26.1` */
export function nameOf({ id, version }: BuildpackName): string {
  return `${id} ${version}`;
}
