import { clip, inert, plural, safeLine, visible } from '../../base/text.ts';
import { severities, type Place, type PlacedFinding, type Severity } from './placed-finding.ts';
import { reportLimits } from './report-limits.ts';
import { line } from './words.ts';

/**
 * Annotations for a job of GitHub Actions, as workflow commands (docs.github.com, "Workflow commands"). A step shows ten
 * of each level, so the caller puts first what matters most; what is left out is counted by a last line. Foreign text can
 * neither end a command nor begin another one.
 */
export function renderAnnotations(findings: readonly PlacedFinding[]): string {
  const max = reportLimits.annotationsMax;
  const bySeverity = Map.groupBy(findings, ({ severity }) => severity);
  const isOver = severities.some((severity) => (bySeverity.get(severity)?.length ?? 0) > max);
  // The line that tells of the rest is a notice itself, and needs its place.
  const room = (severity: Severity): number => (isOver && severity === 'notice' ? max - 1 : max);
  const shown = new Set(
    severities.flatMap((severity) => bySeverity.get(severity)?.slice(0, room(severity)) ?? []),
  );
  const lines = findings.filter((finding) => shown.has(finding)).map(annotation);
  const left = severities.flatMap((severity) => {
    const count = (bySeverity.get(severity)?.length ?? 0) - room(severity);
    return count > 0 ? [plural(count, severity)] : [];
  });
  if (left.length > 0) lines.push(restLine(left.join(', ')));
  return lines.map((each) => `${each}\n`).join('');
}

function annotation({ severity, title, message, place }: PlacedFinding): string {
  const properties = [...placeProperties(place), `title=${property(inert(line(title)))}`];
  const body = inert(visible(clip(message.trim(), reportLimits.excerptCharsMax)));
  return `::${severity} ${properties.join(',')}::${data(body)}`;
}

function restLine(counts: string): string {
  return `::notice title=More than a step shows::${counts} left out: GitHub shows ten annotations of each level of a step. The report has them all.`;
}

/** A name that cannot be shown as it is would lead nowhere. */
function placeProperties(place: Place | undefined): readonly string[] {
  if (place === undefined || safeLine(place.file) !== place.file) return [];
  const { file, line: start, column, endLine, endColumn } = place;
  const numbers = { line: start, endLine, col: column, endColumn };
  return [
    `file=${property(file)}`,
    ...Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
  ];
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
