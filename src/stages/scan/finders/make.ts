import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { sureOfKey } from '../text/keys.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { scriptMentions } from '../text/script.ts';
import { withoutQuotes } from '../text/shell-assigned.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** Makefiles: variables by any of make's assignments, and the commands of recipes. */
export const make: Finder = {
  find: (source) => {
    const settings = settingsOf(source);
    const scope: Scope = {
      find: (name) => settings.get(name) ?? [],
      why: (name) => `${name} is set nowhere in this Makefile`,
    };
    const variables = [...settings].flatMap(([name, all]) =>
      all.flatMap(({ at }): readonly Mention[] => {
        if (at === undefined) return [];
        const sure = sureOfKey(name);
        return spell({ ...at, syntax: 'make', owner: name, dialect: 'make', scope, sure });
      }),
    );
    const span = { start: 0, end: source.text.length };
    const recipes = scriptMentions({ source, span, syntax: 'make', owner: '', dialect: 'make', scope });
    return { mentions: distinct([...recipes, ...variables]), faults: [] };
  },
};

function settingsOf(source: SourceText): ReadonlyMap<string, readonly Setting[]> {
  const settings = new Map<string, Setting[]>();
  const assignment =
    /^ {0,8}(?:export[ \t]+|override[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(?:\?|::?:?|!)?=[ \t]*([^\s#]+)[ \t]*(?:#.*)?\r?$/gm;
  for (const match of source.text.matchAll(assignment)) {
    const [whole, name, value] = match;
    if (name === undefined || value === undefined || value.includes(`$(${name})`)) continue;
    const start = match.index + whole.indexOf(value, whole.indexOf('=') + 1);
    // Only just takes quotes for quotes; in make, a name has none.
    const span = withoutQuotes(source, { start, end: start + value.length });
    const setting: Setting = { text: source.slice(span), at: { source, span } };
    settings.set(name, [...(settings.get(name) ?? []), setting].slice(0, 8));
  }
  return settings;
}
