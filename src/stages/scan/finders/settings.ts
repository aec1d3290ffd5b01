import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import { scriptMentions } from '../text/script.ts';
import { sureOfKey } from '../text/keys.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

const line = /^[ \t]*([A-Za-z_][\w.-]{0,200})[ \t]*[=:][ \t]*(\S[^\r\n]{0,2000})$/gm;

/** `key = value` in files of settings without quotes: INI, properties, units of systemd. */
export const settings: Finder = {
  find: (source) => {
    const mentions = Array.from(source.text.matchAll(line)).flatMap(
      ({ 0: whole, 1: key = '', 2: value = '', index }): readonly Mention[] => {
        const start = index + whole.length - value.length;
        const text = value.trimEnd().replace(/^[-@+!:]+(?=\/)/, '');
        const from = start + value.indexOf(text);
        const span = { start: from, end: from + text.length };
        if (/\s/.test(text)) return scriptMentions({ source, span, syntax: 'settings', owner: key });
        return spell({ source, span, syntax: 'settings', owner: key, sure: sureOfKey(key) });
      },
    );
    return { mentions: distinct(mentions), faults: [] };
  },
};
