import type { Finder } from '../finder.ts';
import { scriptMentions } from '../text/script.ts';
import { distinct } from '../yaml/collector.ts';

/** Shell scripts: commands of engines, registry tools and clusters, and variables. */
export const shell: Finder = {
  find: (source) => ({
    mentions: distinct(
      scriptMentions({ source, span: { start: 0, end: source.text.length }, syntax: 'shell', owner: '' }),
    ),
    faults: [],
  }),
};
