import { Failure } from '../base/failure.ts';
import type { Config } from './definition.ts';

/** `init` writes names of this registry where nothing in the repository tells the real one; no such host can exist (RFC 2606). */
export const placeholderRegistry = 'replace-me.invalid';

/** The command that `init` writes where nothing in the repository tells how it is tested. */
export const placeholderCommand = 'replace-me';

export interface Placeholder {
  /** Such as `images.ci.baseline`. */
  readonly key: string;
  readonly written: string;
}

/** What still has to be replaced before a config says anything. */
export function placeholdersOf({ images, suites }: Config): readonly Placeholder[] {
  const ofImages = images.flatMap(({ name, baseline, origin, promote }) => {
    const names = [
      { key: `images.${name}.baseline`, reference: baseline },
      ...(origin.kind === 'ready' ? [{ key: `images.${name}.image`, reference: origin.reference }] : []),
      ...promote.map((reference, index) => ({ key: `images.${name}.promote[${index}]`, reference })),
    ];
    const open = names.filter(({ reference }) => reference.registry === placeholderRegistry);
    return open.map(({ key, reference }) => ({ key, written: reference.written }));
  });
  const ofSuites = suites
    .filter(({ command }) => command.kind === 'shell' && command.line === placeholderCommand)
    .map(({ name }) => ({ key: `suites.${name}.command`, written: placeholderCommand }));
  // Without its own key, what is promoted is the baseline's name once more.
  const seen = new Set<string>();
  return [...ofImages, ...ofSuites].filter(({ written }) => {
    const isNew = written === placeholderCommand || !seen.has(written);
    seen.add(written);
    return isNew;
  });
}

/** @throws Failure `config-invalid` while something has to be replaced */
export function refusePlaceholders(config: Config): void {
  const open = placeholdersOf(config);
  if (open.length === 0) return;
  const list = open.map(({ key, written }) => `${key} (now ${written})`).join(', ');
  throw new Failure('config-invalid', `init could not tell what belongs here: ${list}`, {
    where: { file: config.file },
    hint: `Write the real ${open.length === 1 ? 'value' : 'values'} into ${config.file}; the comments there say what is meant.`,
  });
}
