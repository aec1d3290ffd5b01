import { holdAuthor } from '../../flows/update/holds.ts';
import type { IssueText } from '../../flows/update/keep-issues.ts';
import type { UpdateReport } from '../../flows/update/report.ts';
import { describeHold } from '../../model/hold.ts';
import { shortName } from '../../model/reference.ts';
import { codeSpan, markdownText } from '../report/markdown-text.ts';

// A list that a person reads.
const linesMax = 200;
// How many are left out.
const moreCharsMax = 30;

/**
 * The issues of an update: pins that nothing mends, culprits that stay back, holds that are over. All else needs nobody.
 * Each body has at most so many UTF-16 units.
 */
export function updateIssues(report: UpdateReport, charsMax: number): readonly IssueText[] {
  const issue = (
    kind: IssueText['kind'],
    title: string,
    lines: readonly string[],
    advice: string,
  ): IssueText => ({ kind, title, body: bodyOf(lines, advice, charsMax) });
  const { dead, held, expired } = report;
  const branch = report.base.branch ?? 'the base';
  return [
    issue(
      'dead pins',
      `Pinned images have gone: ${branch} is broken`,
      dead
        .filter(({ mended }) => !mended)
        .map(({ finding }) => `${codeSpan(finding.file, 160)}: ${markdownText(finding.message, 400)}`),
      'Name another tag or digest; no tag leads to a new image by itself.',
    ),
    issue(
      'culprits',
      'Images are held back: they break something',
      held
        .filter(({ hold }) => hold.author === holdAuthor)
        .map(
          ({ name, hold }) => `${codeSpan(shortName(name), 160)}: ${markdownText(describeHold(hold), 600)}`,
        ),
      'Mend the image or what uses it. A new image under the same tag is tried by itself.',
    ),
    issue(
      'expired holds',
      'Holds in lockkeeper.yaml are over',
      expired.map(({ message }) => markdownText(message, 400)),
      'Take them out with `lockkeeper release`, or give them another end.',
    ),
  ];
}

/** Whole lines from the front, as many as fit. */
function bodyOf(lines: readonly string[], advice: string, charsMax: number): string | undefined {
  if (lines.length === 0) return undefined;
  let left = charsMax - advice.length - moreCharsMax;
  const shown: string[] = [];
  for (const line of lines.slice(0, linesMax)) {
    left -= line.length + 3;
    if (left < 0) break;
    shown.push(`- ${line}`);
  }
  const more = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  return [...shown, ...more, '', advice].join('\n');
}
