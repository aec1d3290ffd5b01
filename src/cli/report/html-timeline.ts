import { durationText } from '../../base/quantity.ts';
import { plural } from '../../base/text.ts';
import type { ReportDocument, ReportSuite, ReportTrial } from '../../model/report-document.ts';
import type { Side } from '../../model/trial.ts';
import { html, type Markup } from './html-markup.ts';
import { reportLimits } from './report-limits.ts';
import { countsText, endText, line } from './words.ts';

interface Span {
  readonly startMs: number;
  readonly lengthMs: number;
}

const steps = {
  preflight: 'a no-op, to see that the image starts',
  sentinel: 'a command that must fail',
  screen: 'the whole suite',
  errors: 'again, since something broke',
  confirm: 'suspects again',
} as const satisfies Record<ReportTrial['step'], string>;

/** The run as it went: each trial a bar, the baseline's above the candidate's. Nothing where no time was measured. */
export function timeline({ suites }: ReportDocument): Markup | undefined {
  const trials = suites.flatMap((suite) => suite.trials);
  const span = spanOf(trials);
  if (span === undefined) return undefined;
  const shown = suites.slice(0, reportLimits.timelineRowsMax);
  const used = Object.entries(steps).filter(([step]) => trials.some((trial) => trial.step === step));
  const rest = suites.length - shown.length;
  return html`<section class="block" aria-labelledby="timeline">
    <h2 id="timeline">The run</h2>
    <p class="note">
      ${plural(trials.length, 'run')} in ${durationText(span.lengthMs)}, in fresh containers. Each bar is one.
    </p>
    <ul class="legend">
      ${used.map(
        ([step, meaning]) =>
          html`<li>
            <svg class="key" aria-hidden="true">
              <rect class="step-${step}" width="100%" height="100%" rx="2" /></svg
            ><b>${step}</b> ${meaning}
          </li>`,
      )}
      ${
        trials.some(isBad)
          ? html`<li>
              <svg class="key" aria-hidden="true">
                <rect class="bad" x="1" y="1" width="12" height="10" rx="2" /></svg
              ><b>framed</b> broke off
            </li>`
          : undefined
      }
    </ul>
    <div class="timeline">
      <div class="axis" aria-hidden="true"><span></span><svg class="ticks">${ticks(span)}</svg></div>
      ${shown.map((suite) => row(suite, span))}
    </div>
    ${rest === 0 ? undefined : html`<p class="note">${plural(rest, 'suite')} more in the tables below.</p>`}
  </section>`;
}

function spanOf(trials: readonly ReportTrial[]): Span | undefined {
  const starts = trials.map(({ startedAt }) => Date.parse(startedAt)).filter((ms) => Number.isFinite(ms));
  const startMs = starts.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  const endMs = trials.reduce(
    (most, trial) => Math.max(most, Date.parse(trial.startedAt) + trial.durationMs || 0),
    0,
  );
  return endMs > startMs ? { startMs, lengthMs: endMs - startMs } : undefined;
}

function row(suite: ReportSuite, span: Span): Markup {
  const name = `${line(suite.suite, 60)} on ${line(suite.image, 60)}, ${line(suite.platform, 40)}`;
  const lane = (side: Side): Markup => {
    const own = suite.trials.filter((trial) => trial.side === side);
    const says = `${side}: ${plural(own.length, 'run')}. ${own.slice(0, spokenMax).map(trialTitle).join('; ')}`;
    return html`<span class="lane">${side}</span
      ><svg class="bars" role="img" aria-label="${says}">
        <line class="rail" x1="0" x2="100%" y1="50%" y2="50%" />
        ${own.map((trial) => bar(trial, span))}
      </svg>`;
  };
  const lanes = suite.baseline === undefined ? [lane('candidate')] : [lane('baseline'), lane('candidate')];
  return html`<div class="unit">
    <h3>${name}</h3>
    ${lanes}
  </div>`;
}

// A screen reader gets the beginning; the table of runs has all.
const spokenMax = 12;

function bar(trial: ReportTrial, span: Span): Markup {
  const from = ((Date.parse(trial.startedAt) - span.startMs) / span.lengthMs) * 100;
  const width = Math.max(0.35, (trial.durationMs / span.lengthMs) * 100);
  return html`<rect
    class="step-${trial.step}${isBad(trial) ? ' bad' : ''}"
    x="${from.toFixed(2)}%"
    width="${Math.min(width, 100).toFixed(2)}%"
    y="3"
    height="14"
    rx="2"
    ><title>${trialTitle(trial)}</title></rect
  >`;
}

/** It ended otherwise than by itself, or left less than a whole report. */
export function isBad({ end, broken }: ReportTrial): boolean {
  return end.kind !== 'exited' || broken !== undefined;
}

/** `screen 1: 27 passed, exit status 0, 6.4 s`. */
function trialTitle(trial: ReportTrial): string {
  const counts =
    trial.step === 'preflight' || trial.step === 'sentinel' ? '' : `${countsText(trial.counts)}, `;
  return `${trial.step} ${trial.round}: ${counts}${endText(trial)}, ${durationText(trial.durationMs)}`;
}

/** About four marks at round times. */
function ticks({ lengthMs }: Span): readonly Markup[] {
  const rounds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map(
    (seconds) => seconds * 1000,
  );
  const step = rounds.find((each) => lengthMs / each <= 4.5) ?? lengthMs / 4;
  const count = Math.floor(lengthMs / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = ((index * step) / lengthMs) * 100;
    // The last label would run out of the picture.
    const anchor = index === 0 ? 'start' : at > 92 ? 'end' : 'middle';
    const label = index === 0 ? '0' : durationText(index * step).replace('.0', '');
    return html`<line x1="${at.toFixed(2)}%" x2="${at.toFixed(2)}%" y1="16" y2="22" /><text
        class="${anchor}"
        x="${at.toFixed(2)}%"
        y="12"
        >${label}</text
      >`;
  });
}
