import { plural } from '../../base/text.ts';
import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import type { Side } from '../../model/trial.ts';
import { reproduceOf } from './commands.ts';
import { splitAtCause } from './excerpt.ts';
import { logMarkup } from './html-log.ts';
import { lostMarkup } from './html-lost.ts';
import { html, type Markup } from './html-markup.ts';
import { foldedKinds, kindTexts } from './kinds.ts';
import { reportLimits } from './report-limits.ts';
import { leadText, leadTitle } from './shown-change.ts';
import { saidBy, sectionSentence, type Section } from './sections.ts';
import { asSentence, line, statusText, testText } from './words.ts';

/** All findings of one kind: in full where they block, as a folded list where they do not. */
export function sectionMarkup(
  section: Section,
  suite: ReportSuite,
  report: ReportDocument,
): Markup | undefined {
  const { kind, weight, findings, lost } = section;
  if (findings.length + lost.length === 0) return undefined;
  const heading = html`<span class="kind">${kindTexts[kind].title}</span>
    <span class="says">${sectionSentence(section)}</span>`;
  if (foldedKinds.has(kind) || kind === 'fixed') {
    return html`<details class="section ${weight} kind-${kind}">
      <summary>${heading}</summary>
      ${nameTable(findings, suite)}
    </details>`;
  }
  const body =
    kind === 'lost-coverage'
      ? lost.map((group, index) => lostMarkup(group, suite, index === 0))
      : findingList(findings, weight !== 'shown', { suite, report });
  return html`<section class="section ${weight} kind-${kind}">
    <h4>${heading}</h4>
    ${body}
    ${kind === 'lost-coverage' ? findings.slice(0, 1).map((finding) => commandMarkup(finding, { suite, report })) : undefined}
  </section>`;
}

interface Place {
  readonly suite: ReportSuite;
  readonly report: ReportDocument;
}

function findingList(findings: readonly ReportFinding[], open: boolean, place: Place): Markup {
  const detailed = findings.slice(0, reportLimits.pageDetailsMax);
  const rest = findings.slice(detailed.length);
  return html`${detailed.map((finding, index) => findingMarkup(finding, open && index < reportLimits.pageOpenMax, place))}
  ${
    rest.length === 0
      ? undefined
      : html`<details class="finding">
          <summary>${plural(rest.length, 'more test')}</summary>
          ${nameTable(rest, place.suite)}
        </details>`
  }`;
}

function findingMarkup(finding: ReportFinding, open: boolean, place: Place): Markup {
  const { suite } = place;
  const sides: readonly Side[] = suite.baseline === undefined ? ['candidate'] : ['baseline', 'candidate'];
  return html`<details class="finding" ${open ? html` open=""` : undefined}>
    <summary>${nameMarkup(finding)}</summary>
    <p class="because">${asSentence(finding.because)}</p>
    <div class="sides">${sides.map((side) => sideMarkup(side, finding, suite))}</div>
    ${leadsMarkup(finding)} ${commandMarkup(finding, place)}
  </details>`;
}

function leadsMarkup({ leads = [] }: ReportFinding): Markup | undefined {
  if (leads.length === 0) return undefined;
  return html`<p class="note">${leadTitle}:</p>
    <ul class="note">
      ${leads.map((lead) => html`<li>${leadText(lead)}</li>`)}
    </ul>`;
}

function commandMarkup(finding: ReportFinding, { suite, report }: Place): Markup | undefined {
  const command = reproduceOf(finding, suite, report);
  return command === undefined
    ? undefined
    : html`<p class="command"><span>reproduce</span> <code>${command}</code></p>`;
}

/** The test's own name stands out; where it lies stands before it. */
function nameMarkup({ test, name }: ReportFinding): Markup {
  const place = test.endsWith(name) && name !== '' ? test.slice(0, -name.length) : '';
  return html`<span class="name"
    ><span class="place">${line(place, reportLimits.pageNameCharsMax)}</span
    >${testText(place === '' ? test : name, reportLimits.pageNameCharsMax)}</span
  >`;
}

function sideMarkup(side: Side, finding: ReportFinding, suite: ReportSuite): Markup {
  const status = (side === 'baseline' ? finding.baseline : finding.candidate) ?? 'missing';
  const said = saidBy(side, finding, suite);
  return html`<div class="side">
    <h5>${side} <span class="status ${status}">${statusText(status)}</span>${runsMarkup(side, finding)}</h5>
    ${said === undefined ? html`<p class="silent">${silence(status)}</p>` : logMarkup(said.text, `${side} of ${testText(finding.test, 80)}`)}
  </div>`;
}

function silence(status: string): string {
  if (status === 'missing') return 'It was not there.';
  return status === 'passed' ? 'It passed and has nothing to say.' : 'It says no more.';
}

/** Each confirming run a small box, so that 6 of 6 is seen and not only read. */
function runsMarkup(side: Side, { confirmed }: ReportFinding): Markup | undefined {
  if (confirmed === undefined) return undefined;
  const [passed, failed] =
    side === 'baseline'
      ? [confirmed.baselinePassed, confirmed.baselineFailed]
      : [confirmed.candidatePassed, confirmed.candidateFailed];
  const total = passed + failed;
  if (total === 0) return undefined;
  const boxes = Array.from({ length: Math.min(total, boxesMax) }, (_, index) =>
    index < passed
      ? html`<rect class="pass" x="${index * 11}" width="9" height="9" rx="2" />`
      : html`<g class="fail" transform="translate(${index * 11} 0)"
          ><rect width="9" height="9" rx="2" /><path d="M2.5 2.5l4 4m0-4l-4 4"
        /></g>`,
  );
  const says =
    failed === 0
      ? `${passed} of ${plural(total, 'rerun')} passed`
      : `${failed} of ${plural(total, 'rerun')} failed`;
  return html` <span class="reruns"
    ><svg width="${boxes.length * 11}" height="9" aria-hidden="true">${boxes}</svg> ${says}</span
  >`;
}

const boxesMax = 12;

function nameTable(findings: readonly ReportFinding[], suite: ReportSuite): Markup {
  const shown = findings.slice(0, reportLimits.pageNamesMax);
  const rest = findings.length - shown.length;
  const rows = shown.map((finding) => {
    const detail =
      finding.candidateDetail ?? finding.baselineDetail ?? saidBy('candidate', finding, suite)?.text;
    const said =
      detail === undefined
        ? undefined
        : html`<span class="said"
            >${splitAtCause(detail)[1].trim().slice(0, reportLimits.lineCharsMax)}</span
          >`;
    return html`<tr>
      <td class="name">${testText(finding.test, reportLimits.pageNameCharsMax)}${said}</td>
      <td>${statusText(finding.baseline ?? 'missing')}</td>
      <td>${statusText(finding.candidate)}</td>
    </tr>`;
  });
  return html`<table class="list">
      <thead>
        <tr>
          <th scope="col">test</th>
          <th scope="col">baseline</th>
          <th scope="col">candidate</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${rest === 0 ? undefined : html`<p class="note">and ${rest} more</p>`}`;
}
