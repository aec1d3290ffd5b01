import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { instructionsOf } from '../text/instructions.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { scriptMentions } from '../text/script.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** Earthfiles: `FROM` (of images; `+target` is a target), `WITH DOCKER --pull`, `RUN`. */
export const earthfile: Finder = {
  find: (source) => {
    const args = new Map<string, readonly Setting[]>();
    const scope: Scope = {
      find: (name) => args.get(name) ?? [],
      why: (name) => `the argument ${name} has no default`,
    };
    const mentions: Mention[] = [];
    for (const { name, words, body } of instructionsOf(source, '\\')) {
      if (name === 'ARG' || name === 'LET') declare(source, words, args);
      const common = { source, syntax: 'earthfile', dialect: 'shell', scope } as const;
      const image = words.find(({ text }) => !text.startsWith('--'));
      if (
        name === 'FROM' &&
        image !== undefined &&
        !/^(?:[\w./~-]*\+|DOCKERFILE$)/.test(image.text) &&
        image.text !== 'scratch'
      )
        mentions.push(...spell({ ...common, span: image.span, owner: 'FROM' }));
      for (const [index, word] of words.entries()) {
        if (name === 'WITH' && words[index - 1]?.text === '--pull')
          mentions.push(...spell({ ...common, span: word.span, owner: 'WITH DOCKER', sure: 'name' }));
        const joined = /^--pull=/.exec(word.text)?.[0].length;
        if (name === 'WITH' && joined !== undefined)
          mentions.push(
            ...spell({
              ...common,
              span: { start: word.span.start + joined, end: word.span.end },
              owner: 'WITH DOCKER',
              sure: 'name',
            }),
          );
      }
      if (name === 'RUN') mentions.push(...scriptMentions({ ...common, span: body, owner: 'RUN' }));
    }
    return { mentions: distinct(mentions), faults: [] };
  },
};

function declare(
  source: SourceText,
  words: readonly {
    readonly text: string;
    readonly span: { readonly start: number; readonly end: number };
  }[],
  args: Map<string, readonly Setting[]>,
): void {
  for (const { text, span } of words) {
    const [head, name] = /^([A-Za-z_]\w*)=["']?/.exec(text) ?? [];
    if (head === undefined || name === undefined) continue;
    const end = /["']$/.test(text) ? span.end - 1 : span.end;
    const at = { source, span: { start: span.start + head.length, end } };
    args.set(name, [{ text: source.slice(at.span), at }]);
  }
}
