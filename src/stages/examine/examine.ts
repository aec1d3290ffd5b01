import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { invariant } from '../../base/invariant.ts';
import type { Change, ChangeClass, ContentChange, SettingChange } from '../../model/change.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/manifest.ts';
import type { NoiseRule } from '../../model/noise.ts';
import { formatPlatform, normalizePlatform } from '../../model/platform.ts';
import { compareContents, type ExaminedContents } from './compare-contents.ts';
import { sourceChange } from './source-change.ts';

/** One side of a comparison: a manifest of one platform and its config, both verified. */
export interface ExaminedImage {
  readonly manifest: Digest;
  readonly config: ImageConfig;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Undefined: its layers were not read. */
  readonly contents?: ExaminedContents;
}

/**
 * What differs between two images, by steps of which each may be the last: manifest digest, config and diff ids, the merged
 * file system with its packages. Without contents on both sides it is as much as manifests and configs tell: equal diff ids
 * are equal files; other diff ids may still hold the same content.
 * @param noise rules beyond those that are always known
 */
export function examine(
  baseline: ExaminedImage,
  candidate: ExaminedImage,
  noise: readonly NoiseRule[] = [],
): Change {
  const settings = settingChanges(baseline.config, candidate.config);
  const contents =
    baseline.contents === undefined || candidate.contents === undefined
      ? undefined
      : compareContents(baseline.contents, candidate.contents, noise);
  const source = sourceChange(describe(baseline), describe(candidate));
  const layers = layerChanges(baseline.config.diffIds, candidate.config.diffIds);
  const said = { settings, layers, source, contents };
  return { class: classify(baseline, candidate, said), ...said };
}

/** Layers at the bottom that both images have: what is the same below cannot differ above. */
export function sharedLayers(baseline: ImageConfig, candidate: ImageConfig): number {
  return layerChanges(baseline.diffIds, candidate.diffIds).kept;
}

function describe({ config, annotations }: ExaminedImage): Readonly<Record<string, string>> {
  return { ...config.labels, ...annotations };
}

function classify(
  baseline: ExaminedImage,
  candidate: ExaminedImage,
  { settings, contents, source }: Omit<Change, 'class'>,
): ChangeClass {
  if (baseline.manifest === candidate.manifest) return 'identical';
  if (settings.some(({ setting }) => setting === 'platform')) return 'platforms changed';
  if (settings.some(({ setting }) => setting !== 'labels' && setting !== 'build time'))
    return 'config changed';
  const [before, after] = [baseline.config, candidate.config];
  if (before.diffIds.join() === after.diffIds.join()) return 'metadata only';
  if (contents === undefined) return 'files changed';
  if (isSameContent(contents)) return 'rebuilt, same content';
  if (source?.base !== undefined || hasOtherBase(before, after)) return 'base moved';
  return contents.packages.length > 0 ? 'packages changed' : 'files changed';
}

function isSameContent({ packages, files }: ContentChange): boolean {
  return packages.length === 0 && files.every(({ noise }) => noise !== undefined);
}

/** Without a word of the images: the lowest of several layers is another one, made by the same line of history. */
function hasOtherBase(before: ImageConfig, after: ImageConfig): boolean {
  if (before.diffIds.length < 2 || after.diffIds.length < 2) return false;
  return before.diffIds[0] !== after.diffIds[0] && before.history[0] === after.history[0];
}

function settingChanges(baseline: ImageConfig, candidate: ImageConfig): readonly SettingChange[] {
  const right = settingsOf(candidate);
  return settingsOf(baseline).flatMap(({ setting, value, shown }, index) => {
    const other = right[index];
    invariant(other !== undefined, 'every config has the same settings');
    const [from, to] = [canonicalJson(value), canonicalJson(other.value)];
    if (from === to) return [];
    return [shown === other.shown ? { setting, from, to } : { setting, from: shown, to: other.shown }];
  });
}

interface Setting {
  readonly setting: SettingChange['setting'];
  /** What is compared. */
  readonly value: Json;
  /** For people; two values may look the same. */
  readonly shown: string;
}

function settingsOf(config: ImageConfig): readonly Setting[] {
  const { platform, user, workdir, stopSignal, healthcheck } = config;
  const labels = Object.entries(config.labels);
  return [
    { setting: 'platform', value: { ...normalizePlatform(platform) }, shown: formatPlatform(platform) },
    text('user', user),
    lines('env', config.env),
    text('entrypoint', canonicalJson(config.entrypoint)),
    text('cmd', canonicalJson(config.cmd)),
    text('workdir', workdir),
    words('ports', config.exposedPorts),
    words('volumes', config.volumes),
    text('stopsignal', stopSignal),
    text('healthcheck', healthcheck),
    lines('onbuild', config.onBuild),
    text('shell', canonicalJson(config.shell)),
    pairs(
      'labels',
      labels.filter(([key]) => !buildTimes.has(key)),
    ),
    pairs(
      'build time',
      labels.filter(([key]) => buildTimes.has(key)),
    ),
  ];
}

/** Labels that say when an image was built. */
const buildTimes: ReadonlySet<string> = new Set([
  'org.opencontainers.image.created',
  'org.label-schema.build-date',
  'build-date',
]);

function text(setting: Setting['setting'], value: string): Setting {
  return { setting, value, shown: value };
}

/** The order counts. */
function lines(setting: Setting['setting'], value: readonly string[]): Setting {
  return { setting, value, shown: value.map(oneLine).join('\n') };
}

function words(setting: Setting['setting'], unordered: readonly string[]): Setting {
  const value = unordered.toSorted();
  return { setting, value, shown: value.join(' ') };
}

function pairs(setting: Setting['setting'], entries: readonly (readonly [string, string])[]): Setting {
  const shown = entries.map(([key, value]) => oneLine(`${key}=${value}`)).toSorted();
  return { setting, value: Object.fromEntries(entries), shown: shown.join('\n') };
}

function oneLine(value: string): string {
  return value.replaceAll('\n', '\\n');
}

/** Layers stack: only a common beginning is truly kept. */
function layerChanges(baseline: readonly Digest[], candidate: readonly Digest[]): Change['layers'] {
  const differs = baseline.findIndex((diffId, index) => diffId !== candidate[index]);
  const kept = differs === -1 ? baseline.length : differs;
  return { kept, added: candidate.length - kept, removed: baseline.length - kept };
}
