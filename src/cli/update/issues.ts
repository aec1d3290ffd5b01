import type { IssueText } from '../../flows/update/keep-issues.ts';
import type { UpdateReport } from '../../flows/update/report.ts';
import { describeHold } from '../../model/hold.ts';
import { shortName } from '../../model/reference.ts';
import { codeSpan, markdownText } from '../report/markdown-text.ts';

// A list that a person reads.
const linesMax = 200;

/** The issues of an update: pins that nothing mends, culprits that stay back, holds that are over. All else needs nobody. */
export function updateIssues(report: UpdateReport): readonly IssueText[] {
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
        .filter(({ hold }) => hold.author === 'lockkeeper update')
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

function issue(kind: IssueText['kind'], title: string, lines: readonly string[], advice: string): IssueText {
  if (lines.length === 0) return { kind, title, body: undefined };
  const shown = lines.slice(0, linesMax).map((line) => `- ${line}`);
  const more = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  return { kind, title, body: [...shown, ...more, '', advice].join('\n') };
}
