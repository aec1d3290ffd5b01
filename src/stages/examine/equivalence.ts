import type { Change, Equivalence, NoiseCount } from '../../model/change.ts';
import { knownNoise, type NoiseRule } from '../../model/noise.ts';

/**
 * Whether a candidate may stand in for the baseline that was tested: same settings, and files that differ in nothing but
 * known noise. Times of files are not compared at all.
 */
export function equivalence(change: Change, noise: readonly NoiseRule[] = []): Equivalence {
  const settings = change.settings.filter(({ setting }) => setting !== 'build time');
  const files = change.contents?.files ?? [];
  const real = files.filter((file) => file.noise === undefined);
  const unread = change.contents?.unread ?? [];
  return {
    equivalent: settings.length === 0 && real.length === 0 && unread.length === 0,
    settings,
    unread,
    files: real,
    noise: countNoise(change, [...knownNoise, ...noise]),
  };
}

function countNoise({ contents }: Change, rules: readonly NoiseRule[]): readonly NoiseCount[] {
  const counts = new Map<string, number>();
  for (const { noise } of contents?.files ?? [])
    if (noise !== undefined) counts.set(noise, (counts.get(noise) ?? 0) + 1);
  return rules.flatMap(({ name, because }) => {
    const files = counts.get(name);
    return files === undefined ? [] : [{ rule: name, because, files }];
  });
}
