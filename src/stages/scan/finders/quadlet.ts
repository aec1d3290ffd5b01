import type { Finder } from '../finder.ts';
import { spell } from '../text/spell.ts';

/** Quadlet units of systemd: `Image=` of containers, images and volumes. Names of other units are no images. */
export const quadlet: Finder = {
  find: (source) => ({
    mentions: Array.from(source.text.matchAll(/^[ \t]*(Image|DefaultImage)[ \t]*=[ \t]*(\S+)/gm)).flatMap(
      ({ 0: line, 1: key = '', 2: name = '', index }) => {
        if (/\.(?:image|build|container)$/.test(name)) return [];
        const end = index + line.length;
        return spell({
          source,
          span: { start: end - name.length, end },
          syntax: 'quadlet',
          owner: key,
          sure: 'image',
        });
      },
    ),
    faults: [],
  }),
};
