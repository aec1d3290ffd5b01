import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { scriptMentions } from '../text/script.ts';
import { spell } from '../text/spell.ts';

/** Quadlet units of systemd: `Image=` of containers, images and volumes. Names of other units are no images. */
export const quadlet: Finder = {
  find: (source) => ({
    mentions: [...images(source), ...commands(source)],
    faults: [],
  }),
};

function commands(source: SourceText): readonly Mention[] {
  return Array.from(source.text.matchAll(/^[ \t]*(Exec\w*)[ \t]*=[ \t]*[-@+!:]{0,5}(\S[^\r\n]*)/gm)).flatMap(
    ({ 0: line, 1: owner = '', 2: command = '', index }) => {
      const end = index + line.length;
      return scriptMentions({ source, span: { start: end - command.length, end }, syntax: 'quadlet', owner });
    },
  );
}

function images(source: SourceText): readonly Mention[] {
  return Array.from(source.text.matchAll(/^[ \t]*(Image|DefaultImage)[ \t]*=[ \t]*(\S+)/gm)).flatMap(
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
  );
}
