import { clip, inert, plural, safeClip } from '../../base/text.ts';
import { excerpt } from './excerpt.ts';
import { reportLimits } from './report-limits.ts';
import type { Said } from './sections.ts';

/**
 * Foreign text in Markdown as GitHub, GitLab and Gitea read it (CommonMark with tables, raw HTML and references).
 * Besides markup it must not mention people, point to issues or become a link, nor be a command when the text is
 * printed into the log of a CI job.
 */

/** Running text: shown as it is, with nothing in it that Markdown would act on. Not for tables. */
export function markdownText(text: string, charsMax: number = reportLimits.lineCharsMax): string {
  return oneLine(text, charsMax)
    .replace(active, defuse)
    .replace(/^(?:[-+=]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? `${mark}${apart}` : `\\${mark}`));
}

/**
 * A name in a paragraph or list. Nothing within a code span is markup, a link or a mention, but programs that look for their
 * own comments in a text do not know of code spans: no comment begins in it.
 */
export function codeSpan(text: string, charsMax: number = reportLimits.lineCharsMax): string {
  const content = (oneLine(text, charsMax) || '(no name)').replaceAll('<!--', '<\u200b!--');
  const fence = '`'.repeat(longestRun(content) + 1);
  // One space on each side is taken off again; it keeps backticks and spaces at the ends apart from the fence.
  const space = /^[` ]|[` ]$/.test(content) ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/**
 * {@link codeSpan} in a text that may become the message of a commit, where a forge looks for mentions and for `fixes #1`
 * whatever stands around them: a space without width keeps their parts apart.
 */
export function quietSpan(text: string, charsMax: number = reportLimits.lineCharsMax): string {
  return codeSpan(text, charsMax).replace(reference, '$&\u200b');
}

/** A name in a table or a summary, where a code span would end at a pipe or is not read at all. */
export function htmlCode(text: string, charsMax: number = reportLimits.lineCharsMax): string {
  const content = oneLine(text, charsMax) || '(no name)';
  return `<code>${content.replace(/[^\p{L}\p{N} ,;=/-]/gu, entity)}</code>`;
}

/** Lines of a failure or a log, in a fence that they cannot close. */
export function codeBlock({ text, isLog }: Said): string {
  const linesMax = 3 * reportLimits.excerptLinesMax;
  const { lines, before, after } = excerpt(text, { linesMax, otherwise: isLog ? 'end' : 'start' });
  const content = clip(inert(lines.join('\n')), reportLimits.excerptCharsMax);
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1));
  const gap = (count: number): readonly string[] => (count === 0 ? [] : [`… ${plural(count, 'line')}`]);
  return [`${fence}text`, ...gap(before), content, ...gap(after), fence].join('\n');
}

/** A command, with nothing else on its line, so that it can be copied. */
export function commandBlock(command: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(command) + 1));
  return [`${fence}sh`, command, fence].join('\n');
}

/** What is folded; the summary is HTML, the body Markdown. */
export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

// A zero-width space; that is how bots keep from calling people.
const apart = '&#8203;';
// @person, #1, owner/project#1, !1, GH-1; the digest of `name@sha256:…` is none of them.
const reference = /(?<![\p{L}\p{N}_.-])@(?=[\p{L}\p{N}])|[#!](?=\d)|GH-(?=\d)/giu;
// Markup; references (@person #issue !merge-request $snippet %milestone ~label ^alert &epic GH-1); what becomes a link.
const active = /(?:https?|ftp|mailto|xmpp):|www\.|GH-|[&<>]|[\\`*_[\]|~@#!$%^]/gi;

function defuse(found: string, at: number, whole: string): string {
  if (found.length > 1) return `${found.slice(0, -1)}${apart}${found.slice(-1)}`;
  const isReference = '@#!$%~^&'.includes(found) && /[\p{L}\p{N}_"-]/u.test(whole.charAt(at + 1));
  const shown = '&<>'.includes(found) ? entity(found) : '@$%^'.includes(found) ? found : `\\${found}`;
  return isReference ? shown + apart : shown;
}

function oneLine(text: string, charsMax: number): string {
  return safeClip(text, charsMax).trim();
}

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
