import type { Span } from '../../../base/text-position.ts';
import type { MentionNote } from '../../../model/mention.ts';
import { isTag } from '../../../model/reference.ts';
import type { SourceText } from '../source-text.ts';

// A comment that a tool reads is short; on a line of megabytes nobody looks further.
const lineCharsMax = 2_000;

/** What another tool has written behind a name or, for Renovate, on the line above it. */
export function noteAt(source: SourceText, span: Span): MentionNote | undefined {
  const [rest = ''] = source.text.slice(span.end, span.end + lineCharsMax).split(/\r?\n/, 1);
  const [, gap, text] = /^(["'`\s,;)\]}]{0,9}(?:#|\/\/|--)\s{0,9})(\S.*)$/.exec(rest) ?? [];
  if (gap !== undefined && text !== undefined) {
    const start = span.end + gap.length;
    const read = readNote(text.trimEnd(), source.slice(span));
    if (read !== undefined) {
      const written = text.trimEnd();
      return { ...read, place: source.place({ start, end: start + written.length }), text: written };
    }
  }
  return noteAbove(source, span);
}

function readNote(text: string, name: string): Pick<MentionNote, 'tool' | 'means'> | undefined {
  const ratchet = /^ratchet:(?:docker:\/\/)?(\S+)/.exec(text)?.[1];
  if (ratchet !== undefined) return { tool: 'ratchet', means: tagOf(ratchet) };
  if (/^\{\s*"\$imagepolicy"\s*:/.test(text)) return { tool: 'flux', means: undefined };
  if (text.startsWith('renovate:')) return { tool: 'renovate', means: undefined };
  if (!/@sha\d+:/.test(name)) return undefined;
  const tagged = /^tag=(\S+)$/.exec(text)?.[1];
  if (tagged !== undefined && isTag(tagged)) return { tool: 'renovate', means: tagged };
  const first = /^(\S+)/.exec(text)?.[1] ?? '';
  // A word beside a digest is a tag when it looks like one: people write words there as well.
  const isAlone = first === text && (/\d/.test(first) || movingTags.has(first));
  return isTag(first) && (isAlone || /^v?\d+\.\d/.test(first))
    ? { tool: 'frizbee', means: first }
    : undefined;
}

const movingTags = new Set(['latest', 'stable', 'edge', 'nightly', 'lts', 'main', 'master']);

function tagOf(name: string): string | undefined {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec(name)?.[1];
  return tag !== undefined && isTag(tag) ? tag : undefined;
}

function noteAbove(source: SourceText, span: Span): MentionNote | undefined {
  const from = Math.max(0, span.start - lineCharsMax);
  const lines = source.text.slice(from, span.start).split('\n');
  const line = lines.at(-2);
  if (line === undefined) return undefined;
  const [, gap, text] = /^(\s*(?:#|\/\/)\s*)(renovate:.*)$/.exec(line.trimEnd()) ?? [];
  if (gap === undefined || text === undefined) return undefined;
  const at = span.start - (lines.at(-1) ?? '').length - 1 - line.length + gap.length;
  return {
    tool: 'renovate',
    means: undefined,
    place: source.place({ start: at, end: at + text.length }),
    text,
  };
}
