import { jsonOf, listAt, textAt, valueAt } from '../base/json-path.ts';
import { limits } from '../base/limits.ts';
import { clip, visibleLine } from '../base/text.ts';
import type { BuildpackName } from './builder-facts.ts';

/**
 * What the labels of a built image say of how it was made (platform spec, `io.buildpacks.build.metadata` and
 * `io.buildpacks.lifecycle.metadata`). Whoever can read the image can read them, without any right on the platform.
 */
export interface BuildLabels {
  readonly buildpacks: readonly BuildpackName[];
  /** The run image by its name, and its top layer, which tells two states of one name apart; empty: not told. */
  readonly runImage: string;
  readonly runTopLayer: string;
  /** What buildpacks noted with their layers, such as resolved versions: `heroku/python python` → `python_version` → `3.13.2`. */
  readonly layers: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Undefined: no lifecycle of buildpacks made the image, or its labels cannot be read. */
export function readBuildLabels(labels: Readonly<Record<string, string>>): BuildLabels | undefined {
  const build = jsonOf(labels['io.buildpacks.build.metadata'] ?? '');
  const lifecycle = jsonOf(labels['io.buildpacks.lifecycle.metadata'] ?? '');
  if (build === undefined && lifecycle === undefined) return undefined;
  const named = listAt(build, 'buildpacks').slice(0, limits.saidBuildpacksMax);
  const buildpacks = named.flatMap((each) => {
    const [id, version] = [textAt(each, 'id'), textAt(each, 'version')];
    return id === undefined || version === undefined ? [] : [{ id: word(id), version: word(version) }];
  });
  const runImage = valueAt(lifecycle, 'runImage') ?? valueAt(lifecycle, 'stack', 'runImage');
  return {
    buildpacks,
    runImage: word(textAt(runImage, 'image') ?? ''),
    runTopLayer: word(textAt(valueAt(lifecycle, 'runImage'), 'topLayer') ?? ''),
    layers: layersOf(lifecycle),
  };
}

/** How the image that is deployed and the candidate were made differently, as sentences without a full stop. */
export function compareBuilds(deployed: BuildLabels, candidate: BuildLabels): readonly string[] {
  const differences: string[] = [];
  for (const { id, version } of deployed.buildpacks) {
    const now = candidate.buildpacks.find((each) => each.id === id)?.version;
    if (now === undefined) differences.push(`${id} ${version} took part in the deployed image, and not here`);
    else if (now !== version)
      differences.push(`${id} was ${version} in the deployed image, and is ${now} here`);
  }
  for (const { id, version } of candidate.buildpacks)
    if (deployed.buildpacks.every((each) => each.id !== id))
      differences.push(`${id} ${version} took part here, and not in the deployed image`);
  if (deployed.runImage !== candidate.runImage && deployed.runImage !== '')
    differences.push(`the deployed image runs on ${deployed.runImage}, this one on ${candidate.runImage}`);
  else if (deployed.runTopLayer !== '' && deployed.runTopLayer !== candidate.runTopLayer)
    differences.push('the run image has moved since the deployed image was made');
  for (const [layer, data] of deployed.layers)
    for (const [key, was] of data) {
      const now = candidate.layers.get(layer)?.get(key);
      if (now !== undefined && now !== was)
        differences.push(`${layer}: ${key} was ${was}, and is ${now} here`);
    }
  return differences;
}

function layersOf(lifecycle: unknown): BuildLabels['layers'] {
  const layers = new Map<string, ReadonlyMap<string, string>>();
  for (const each of listAt(lifecycle, 'buildpacks').slice(0, limits.saidBuildpacksMax)) {
    for (const [name, layer] of membersOf(valueAt(each, 'layers'))) {
      const data = membersOf(valueAt(layer, 'data')).flatMap(([key, value]) =>
        typeof value === 'string' && /version/i.test(key) ? [[word(key), word(value)] as const] : [],
      );
      layers.set(`${word(textAt(each, 'key') ?? '')} ${word(name)}`, new Map(data));
    }
  }
  return layers;
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).slice(0, limits.saidBuildpacksMax);
}

function word(text: string): string {
  return clip(visibleLine(text), 200);
}
