import { durationText, sizeText } from '../../base/quantity.ts';
import { plural } from '../../base/text.ts';
import type { ReportDocument, ReportSuite, ReportTrial } from '../../model/report-document.ts';
import { sectionMarkup } from './html-findings.ts';
import { logMarkup } from './html-log.ts';
import { html, type Markup } from './html-markup.ts';
import { isBad } from './html-timeline.ts';
import { reportLimits } from './report-limits.ts';
import { sectionsOf } from './sections.ts';
import { asSentence, countsText, digestText, endText, isRepeated, line, moodOf, placeOf } from './words.ts';

/** One suite on one pair of images, with everything that was found. */
export function suiteMarkup(suite: ReportSuite, index: number, report: ReportDocument): Markup {
  const { verdict } = suite;
  const mood = moodOf(verdict);
  const place = placeOf(suite, report);
  const sections = sectionsOf(suite).map((section) => sectionMarkup(section, suite, report));
  const left =
    suite.findingsLeftOut === 0
      ? undefined
      : html`<p class="note">${plural(suite.findingsLeftOut, 'finding')} more in the evidence.</p>`;
  return html`<section class="block suite" aria-labelledby="suite-${index}">
    <h3 id="suite-${index}">
      <span class="name">${line(suite.suite, 100)}</span>
      ${place === undefined ? undefined : html`<span class="on">on ${place}</span>`}
      ${badge(mood, verdict.kind)}
    </h3>
    ${isRepeated(verdict.sentence, report) ? undefined : html`<p class="sentence">${asSentence(verdict.sentence)}</p>`}
    ${sections} ${left}
    ${(suite.counts['same'] ?? 0) === 0 ? undefined : html`<p class="note same">${plural(suite.counts['same'] ?? 0, 'test')} the same on both sides.</p>`}
    ${place === undefined ? undefined : html`${runsMarkup(suite)} ${judgedMarkup(suite)}`}
  </section>`;
}

export function badge(mood: string, text: string): Markup {
  return html`<span class="badge ${mood}">${text}</span>`;
}

function runsMarkup({ trials, suite }: ReportSuite): Markup {
  const shown = trials.slice(0, reportLimits.pageTrialsMax);
  const rest = trials.length - shown.length;
  const startMs = Date.parse(trials[0]?.startedAt ?? '');
  return html`<details class="fold">
    <summary>${plural(trials.length, 'run')} of ${line(suite, 60)}, one by one</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="runs of ${line(suite, 60)}">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">start</th>
            <th scope="col">step</th>
            <th scope="col">side</th>
            <th scope="col">saw</th>
            <th scope="col">end</th>
            <th scope="col">took</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((trial) => trialRow(trial, startMs))}
        </tbody>
      </table>
    </div>
    ${rest === 0 ? undefined : html`<p class="note">and ${plural(rest, 'more run')}</p>`} ${lastWords(shown)}
  </details>`;
}

function trialRow(trial: ReportTrial, startMs: number): Markup {
  const after = Date.parse(trial.startedAt) - startMs;
  const only = trial.only === undefined ? '' : ` of ${plural(trial.only, 'test')}`;
  return html`<tr${isBad(trial) ? html` class="bad"` : undefined}><td>${Number.isFinite(after) ? `+${durationText(after)}` : ''}</td><td>${trial.step} ${trial.round}${only}</td><td>${trial.side}</td><td>${countsText(trial.counts)}</td><td class="end">${endText(trial)}</td><td>${durationText(trial.durationMs)}</td></tr>`;
}

/** What the first whole run of each side wrote last. */
function lastWords(trials: readonly ReportTrial[]): Markup {
  const pairs = (['baseline', 'candidate'] as const).flatMap((side) => {
    const own = trials.filter((each) => each.side === side && each.output.excerpt.trim() !== '');
    const trial = own.find(({ step }) => step === 'screen') ?? own[0];
    return trial === undefined ? [] : [{ side, trial }];
  });
  return html`<div class="sides">
    ${pairs.map(
      ({ side, trial }) =>
        html`<div class="side">
          <h4>
            ${side}
            <span class="status"
              >${trial.step} ${trial.round}, end of ${sizeText(trial.output.bytes)} of output</span
            >
          </h4>
          ${logMarkup(trial.output.excerpt, `output of the ${side}`)}
        </div>`,
    )}
  </div>`;
}

function judgedMarkup(suite: ReportSuite): Markup {
  const { rule, environment, source } = suite;
  const facts: readonly (readonly [string, string])[] = [
    ['baseline', suite.baseline ?? 'none'],
    ['candidate', suite.candidate],
    ['suite', suite.suiteDigest],
    [
      'source',
      [
        source.commit ?? 'outside of git',
        ...(source.dirty ? ['changed'] : []),
        ...(source.tree === undefined ? [] : [`tree ${digestText(source.tree)}`]),
      ].join(', '),
    ],
    [
      'rule',
      `${plural(rule.screenRuns, 'screen')}, up to ${plural(rule.confirmRuns, 'rerun')} a side; ${rule.exonerateRuns} clean ones exonerate; Fisher at ${rule.alpha} with Holm; lost coverage: ${rule.lostCoverage}`,
    ],
    [
      'engine',
      `${environment.engine} ${environment.engineVersion}, kernel ${environment.kernel}, ${plural(environment.cpus, 'CPU')}, ${sizeText(environment.memoryBytes)} memory, network ${environment.network}`,
    ],
    ...(suite.oneBit ? [['results', 'the exit status only'] as const] : []),
  ];
  return html`<details class="fold">
    <summary>What this verdict is bound to</summary>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${line(value)}</dd>`,
      )}
    </dl>
  </details>`;
}
