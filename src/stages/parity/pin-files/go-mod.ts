import type { RangeGrammar } from '../../../model/runtime-pin.ts';
import type { FoundPin, PinFile } from './pin-file.ts';

const directive =
  /^[ \t]*(?:(go)[ \t]+([0-9][^\s/]*)|(toolchain)[ \t]+(?:go)?([^\s/]+)|\/\/[ \t]+\+heroku[ \t]+(goVersion)[ \t]+(?:go)?(\S+))/gm;

/** The least version of the language, the toolchain that Go itself fetches, and the comment that Heroku reads. */
export const goMod: PinFile = {
  names: ['go.mod'],
  runtimes: ['go'],
  read: (text) => {
    const pins = [...text.matchAll(directive)].flatMap((match): readonly FoundPin[] => {
      const [whole, go, least, toolchain, chosen, heroku, wanted] = match;
      const version = least ?? chosen ?? wanted ?? '';
      const field = go ?? toolchain ?? (heroku === undefined ? '' : '+heroku goVersion');
      const start = match.index + whole.length - version.length;
      if (version === 'default' || version === 'none') return [];
      const grammar: RangeGrammar = go !== undefined ? 'least' : /^[0-9]/.test(version) ? 'exact' : 'semver';
      return [{ runtime: 'go', text: version, grammar, field, span: { start, end: start + version.length } }];
    });
    const isModule = /^[ \t]*module[ \t(]/m.test(text);
    return { pins, faults: isModule ? [] : [{ message: 'no line names the module', offset: 0 }] };
  },
};
