import type { Finder } from '../finder.ts';
import { withoutXmlComments } from '../text/comments.ts';
import { isImageKey } from '../text/keys.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

const element = /<([A-Za-z][\w.-]{0,100})(?:\s[^<>]{0,500})?>\s{0,200}([^<>\s]{1,600})\s{0,200}<\//g;

/** Elements of XML: Maven's plugins that build on images, MSBuild's `ContainerBaseImage`, and full names in any other. */
export const xml: Finder = {
  find: (source) => {
    const text = withoutXmlComments(source.text);
    const mentions = Array.from(text.matchAll(element)).flatMap(
      ({ 0: whole, 1: name = '', 2: value = '', index }) => {
        // What a build names, it makes.
        if (name === 'image' && /<to>\s{0,200}$/.test(text.slice(Math.max(0, index - 210), index))) return [];
        const start = index + whole.lastIndexOf(value);
        const span = { start, end: start + value.length };
        const sure = isImageKey(name) || /^(?:from|builder)$/.test(name) ? 'likely' : 'full';
        return spell({ source, span, syntax: 'xml', owner: name, sure });
      },
    );
    return { mentions: distinct(mentions), faults: [] };
  },
};
