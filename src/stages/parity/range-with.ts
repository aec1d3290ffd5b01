import type { RangeGrammar } from '../../model/runtime-pin.ts';
import { wantedBy, wantsSeries } from './ranges.ts';

/**
 * A range of this grammar that wants a version or series, and as much as may be of the one that stands there: the same mark
 * before another number, or else that series alone. Undefined: there is none.
 */
export function rangeWith(grammar: RangeGrammar, text: string, version: string): string | undefined {
  return [sameMark(grammar, text, version), onlySeries(grammar, version)].find((range) => {
    const wanted = range === undefined ? undefined : wantedBy(grammar, range);
    if (range === undefined || wanted === undefined) return false;
    return version.split('.').length < 3 ? wantsSeries(wanted, range, version) : wanted(version);
  });
}

/** `~=` of PEP 440, `~>` of Ruby and Composer’s `~` go by how many numbers there are; the other marks take a series as it is. */
function sameMark(grammar: RangeGrammar, text: string, version: string): string | undefined {
  const [, mark = '', was = ''] = /^((?:>=|==|~=|~>|=|\^|~)?\s*)v?([0-9]+(?:\.[0-9]+)*)$/.exec(text) ?? [];
  const [missing, parts] = [was.split('.').length - version.split('.').length, version.split('.').length];
  if (was === '') return undefined;
  const countsNumbers = /^~[=>]/.test(mark) || (grammar === 'composer' && mark.startsWith('~'));
  if (!countsNumbers) return mark.startsWith('==') && parts < 3 ? undefined : `${mark}${version}`;
  return parts < 2 ? undefined : `${mark}${version}${'.0'.repeat(Math.max(0, missing))}`;
}

function onlySeries(grammar: RangeGrammar, version: string): string | undefined {
  const isWhole = version.split('.').length > 2;
  switch (grammar) {
    case 'semver':
      return isWhole ? version : `${version}.x`;
    case 'pep440':
      return isWhole ? `==${version}` : `==${version}.*`;
    case 'poetry':
      return isWhole ? version : `~${version}`;
    case 'ruby':
      return isWhole ? version : `~> ${version}.0`;
    case 'composer':
      return isWhole ? version : `${version}.*`;
    case 'exact':
    case 'least':
    case 'alias':
      return undefined;
  }
}
