import type { Finder } from '../finder.ts';
import { withoutComments } from '../text/comments.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** String literals of source code that as a whole are `host/repository` with a tag or digest. Comments are left out. */
export const sourceCode: Finder = {
  find: (source) => {
    const isHash = /\.(?:py|rb|star|bzl|bazel|jl|r|pl|ex|exs|nix)$/i.test(source.path);
    const text = withoutComments(source.text, isHash ? 'hash' : 'slash');
    const literals = text.matchAll(
      /(["'`])((?:docker:\/\/)?[\w.-]+(?::\d{1,5})?\/[\w./-]+(?::[\w.-]+)?(?:@sha\d+:[0-9a-fA-F]*)?)\1/g,
    );
    const mentions = Array.from(literals).flatMap(({ 0: whole, 2: name = '', index }) => {
      const span = { start: index + 1, end: index + 1 + name.length };
      const before = text.slice(Math.max(0, index - 60), index);
      const owner =
        /([A-Za-z_]\w*)["']?\s{0,9}(?::[\w\s]{0,20})?[:=(]\s{0,9}$/.exec(before)?.[1] ?? 'literal';
      return whole === '' ? [] : spell({ source, span, syntax: 'source', owner, sure: 'full' });
    });
    return { mentions: distinct(mentions), faults: [] };
  },
};
