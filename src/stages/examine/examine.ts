import type { Change, ChangeClass, SettingChange } from '../../model/change.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/manifest.ts';
import { formatPlatform } from '../../model/platform.ts';

/** One side of a comparison: a manifest of one platform and its config, both verified. */
export interface ExaminedImage {
  readonly manifest: Digest;
  readonly config: ImageConfig;
}

/**
 * What differs between two images, as far as their manifests and configs tell, without reading a layer:
 * equal diff ids are equal files; other diff ids may still hold the same content.
 */
export function examine(baseline: ExaminedImage, candidate: ExaminedImage): Change {
  const settings = settingChanges(baseline.config, candidate.config);
  const layers = layerChanges(baseline.config.diffIds, candidate.config.diffIds);
  return { class: classify(baseline, candidate, settings), settings, layers };
}

/** The strongest difference names the class: a reader must look at platforms first, then settings, then files. */
function classify(
  baseline: ExaminedImage,
  candidate: ExaminedImage,
  settings: readonly SettingChange[],
): ChangeClass {
  if (baseline.manifest === candidate.manifest) return 'identical';
  if (settings.some(({ setting }) => setting === 'platform')) return 'platforms changed';
  if (settings.some(({ setting }) => setting !== 'labels')) return 'config changed';
  const sameFiles = baseline.config.diffIds.join() === candidate.config.diffIds.join();
  return sameFiles ? 'metadata only' : 'files changed';
}

function settingChanges(baseline: ImageConfig, candidate: ImageConfig): readonly SettingChange[] {
  const left = settingsOf(baseline);
  const right = settingsOf(candidate);
  return left.flatMap(([setting, from], index) => {
    const to = right[index]?.[1] ?? '';
    return from === to ? [] : [{ setting, from, to }];
  });
}

function settingsOf(config: ImageConfig): readonly (readonly [SettingChange['setting'], string])[] {
  return [
    ['platform', formatPlatform(config.platform)],
    ['user', config.user],
    ['env', config.env.join('\n')],
    ['entrypoint', JSON.stringify(config.entrypoint)],
    ['cmd', JSON.stringify(config.cmd)],
    ['workdir', config.workdir],
    ['ports', config.exposedPorts.toSorted().join(' ')],
    ['volumes', config.volumes.toSorted().join(' ')],
    [
      'labels',
      Object.entries(config.labels)
        .map(([key, value]) => `${key}=${value}`)
        .toSorted()
        .join('\n'),
    ],
  ];
}

/** Layers stack: only a common beginning is truly kept. */
function layerChanges(baseline: readonly Digest[], candidate: readonly Digest[]): Change['layers'] {
  const differs = baseline.findIndex((diffId, index) => diffId !== candidate[index]);
  const kept = differs === -1 ? baseline.length : differs;
  return { kept, added: candidate.length - kept, removed: baseline.length - kept };
}
