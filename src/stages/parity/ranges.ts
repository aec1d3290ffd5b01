import { satisfies as satisfiesPep440, validRange } from '@renovatebot/pep440';
import { satisfies as satisfiesRuby } from '@renovatebot/ruby-semver';
import semver from 'semver';
import { compareVersions } from '../../model/buildpack-knowledge.ts';
import type { RangeGrammar } from '../../model/runtime-pin.ts';

/** Which versions, such as `3.13.1`, are meant; undefined: nobody can tell from the text alone. */
export type Wanted = ((version: string) => boolean) | undefined;

/** What a text of this grammar means. Broken texts and names such as `lts/*` are undefined. */
export function wantedBy(grammar: RangeGrammar, text: string): Wanted {
  switch (grammar) {
    case 'exact':
      return (version) => isOfSeries(version, text);
    case 'least':
      return (version) => /^[0-9.]+$/.test(version) && compareVersions(version, text) >= 0;
    case 'semver':
      return semverRange(text);
    case 'pep440':
      return guarded((version) => satisfiesPep440(version, text), isPep440(text));
    case 'poetry':
      return isPep440(text)
        ? guarded((version) => satisfiesPep440(version, text), true)
        : semverRange(text.replaceAll(',', ' '));
    case 'ruby':
      return guarded((version) => satisfiesRuby(version, text), /[0-9]/.test(text));
    case 'composer':
      return semverRange(composerAsSemver(text));
    case 'alias':
      return undefined;
  }
}

/** `3.13.1` is of the series `3.13`, and of itself; `3.130` is not. */
export function isOfSeries(version: string, series: string): boolean {
  return version === series || version.startsWith(`${series}.`) || version.startsWith(`${series}+`);
}

/** The series that a version belongs to: so many of its parts. */
export function seriesOf(version: string, parts: number): string {
  return version.split('.').slice(0, parts).join('.');
}

// Higher than any fix that was ever published.
const lastFix = 9_999;

/**
 * Whether any version of a series is wanted. A range cuts a series only at the versions that it names, so these, those
 * beside them, and both ends of the series are looked at.
 */
export function wantsSeries(wanted: (version: string) => boolean, text: string, series: string): boolean {
  const named = [...text.matchAll(/[0-9]+(?:\.[0-9]+)*/g)].map(([version]) => version);
  const full = (version: string): string => {
    const parts = version.split('.');
    return [...parts, '0', '0', '0'].slice(0, Math.max(3, parts.length)).join('.');
  };
  const beside = named.flatMap((version) => {
    const [major = '0', minor = '0', fix = '0'] = full(version).split('.');
    const fixes = [-1, 0, 1].map((step) => `${major}.${minor}.${Math.max(0, Number(fix) + step)}`);
    // `>22.4` begins with 22.5.0.
    return [...fixes, `${major}.${Number(minor) + 1}.0`, `${major}.${minor}.${lastFix}`];
  });
  const parts = series.split('.').length;
  const last = parts === 1 ? `${series}.${lastFix}.${lastFix}` : `${series}.${lastFix}`;
  return [full(series), last, ...beside.filter((version) => isOfSeries(version, series))].some(wanted);
}

function semverRange(text: string): Wanted {
  const range = semver.validRange(text, { loose: true });
  if (range === null) return undefined;
  return (version) => {
    const parsed = semver.coerce(version);
    return parsed !== null && semver.satisfies(parsed, range, { loose: true });
  };
}

/** Composer’s `~8.2` goes up to 9, its `|` is npm’s `||`, and a comma is a space. */
function composerAsSemver(text: string): string {
  return text
    .replaceAll(/@[a-z]+/gi, '')
    .replaceAll(/\s*\|\|?\s*/g, ' || ')
    .replaceAll(',', ' ')
    .replaceAll(/~\s*([0-9]+)\.([0-9]+)(?![.0-9])/g, (_, major: string, minor: string) => {
      return `>=${major}.${minor} <${Number(major) + 1}`;
    });
}

function isPep440(text: string): boolean {
  return /[<>=!~]/.test(text) && !text.startsWith('^') && validRange(text);
}

/** The libraries throw for versions and ranges that they do not know; such a version is not within the range. */
function guarded(satisfies: (version: string) => boolean, isRange: boolean): Wanted {
  if (!isRange) return undefined;
  return (version) => {
    try {
      return satisfies(version);
    } catch {
      // A version that is none in this grammar, such as `nightly`.
      return false;
    }
  };
}
