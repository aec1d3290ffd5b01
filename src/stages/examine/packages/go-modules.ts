import type { FactsBuilder } from './facts-builder.ts';
import type { GoBuildInfo } from './go-build-info.ts';
import { lines } from './paragraphs.ts';

/** The program's own module, what it depends on, and the standard library, whose version is Go's. */
export function addModules(facts: FactsBuilder, { goVersion, modules }: GoBuildInfo): void {
  if (goVersion === undefined) {
    facts.trouble('Go before 1.18 linked it: which version is not read');
  } else facts.add({ ecosystem: 'golang', name: 'stdlib', version: goVersion });
  let last: { readonly name: string; readonly version: string } | undefined;
  const flush = (): void => {
    if (last !== undefined) facts.add({ ecosystem: 'golang', ...last });
  };
  let main: string | undefined;
  for (const line of lines(modules)) {
    const [kind, name = '', version = ''] = line.split('\t', 4);
    if (kind === 'path') main = name;
    else if (kind === 'mod' || kind === 'dep') {
      flush();
      last = { name, version };
      if (kind === 'mod') main = name;
    } else if (kind === '=>') last = { name, version };
  }
  flush();
  facts.own({ ecosystem: 'golang', name: main ?? 'stdlib' }, [`/${facts.place}`]);
}
