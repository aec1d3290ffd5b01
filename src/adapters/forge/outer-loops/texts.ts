import type { OuterLoopTarget } from '../../../model/outer-loop.ts';

/** Puts branch and commit of the update into a text of lockkeeper.yaml. */
export function filled(text: string, { branch, commit }: OuterLoopTarget): string {
  return text.replaceAll(/\{(branch|commit)\}/g, (_, name) => (name === 'branch' ? branch : commit));
}

export function filledAll(
  texts: Readonly<Record<string, string>>,
  target: OuterLoopTarget,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text, target)]));
}
