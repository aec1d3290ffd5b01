import type { Finder } from '../finder.ts';
import { scriptMentions } from '../text/script.ts';

/** `.env` files: variables that are named after images, and full names in any other. */
export const dotenv: Finder = {
  find: (source) => ({
    mentions: scriptMentions({
      source,
      span: { start: 0, end: source.text.length },
      syntax: 'dotenv',
      owner: '',
    }),
    faults: [],
  }),
};
