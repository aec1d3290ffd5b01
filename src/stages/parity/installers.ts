import type {
  BuilderBuildpack,
  BuilderFacts,
  BuildpackName,
  OrderEntry,
  OrderGroup,
} from '../../model/builder-facts.ts';
import { limits } from '../../base/limits.ts';
import type { BuildpackKnowledge } from '../../model/buildpack-knowledge.ts';
import type { InjectedBuildpack, PlatformChannel } from '../../model/platform-profile.ts';
import type { Runtime } from '../../model/runtime-pin.ts';

/** A buildpack of a builder that installs a runtime, with what is known of it. */
export interface Installer {
  readonly buildpack: BuilderBuildpack;
  readonly knowledge: BuildpackKnowledge;
}

/** What a platform puts in front of every group of the order, and behind it. */
export type Injected = Pick<PlatformChannel, 'before' | 'after'>;

/**
 * Which buildpacks may install each runtime: all that the data knows and that the order leads to, through composite
 * buildpacks too, in that order. Which group runs depends on the application. What no order names is never run.
 */
export function installersOf(
  facts: BuilderFacts,
  knowledge: ReadonlyMap<string, BuildpackKnowledge>,
  { before, after }: Injected,
): ReadonlyMap<Runtime, readonly Installer[]> {
  const all = new Map<string, Installer>();
  const added = (list: Injected['before']): readonly BuilderBuildpack[] =>
    list.flatMap((each) => injectedBuildpacks(each, facts));
  for (const buildpack of [...added(before), ...inOrder(facts), ...added(after)]) {
    const known = knowledge.get(buildpack.id);
    const name = nameOf(buildpack);
    if (known !== undefined && buildpack.order.length === 0 && !all.has(name))
      all.set(name, { buildpack, knowledge: known });
  }
  return Map.groupBy(all.values(), (installer) => installer.knowledge.runtime);
}

/** One that comes from elsewhere is in no layer of the builder. */
function injectedBuildpacks(
  { id, version, from }: InjectedBuildpack,
  { buildpacks }: BuilderFacts,
): readonly BuilderBuildpack[] {
  if (from.kind === 'builder') return named(buildpacks, { id, version });
  return [
    {
      id,
      version: version ?? '(version not told)',
      api: undefined,
      targets: [],
      layer: undefined,
      order: [],
    },
  ];
}

/** The buildpacks that an order leads to, each once, in the order in which they are tried. */
function inOrder({ buildpacks, order }: BuilderFacts): readonly BuilderBuildpack[] {
  const found = new Set<BuilderBuildpack>();
  const visit = (groups: readonly OrderGroup[], depth: number): void => {
    if (depth > limits.builderOrderDepthMax) return;
    for (const { group } of groups) {
      for (const entry of group) {
        for (const buildpack of named(buildpacks, entry)) {
          if (found.has(buildpack)) continue;
          found.add(buildpack);
          visit(buildpack.order, depth + 1);
        }
      }
    }
  };
  visit(order, 0);
  return [...found];
}

/** An entry without a version may mean any that is there. */
function named(
  buildpacks: readonly BuilderBuildpack[],
  { id, version }: Pick<OrderEntry, 'id' | 'version'>,
): readonly BuilderBuildpack[] {
  return buildpacks.filter((each) => each.id === id && (version === undefined || each.version === version));
}

/** `heroku/python 0.26.1` */
export function nameOf({ id, version }: BuildpackName): string {
  return `${id} ${version}`;
}
