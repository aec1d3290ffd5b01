import { plural } from '../../base/text.ts';
import type { ReportSuite } from '../../model/report-document.ts';
import type { Cause, LostGroup, LostModule } from './explain.ts';
import { nameBelow } from './explain.ts';
import { logMarkup } from './html-log.ts';
import { html, type Markup } from './html-markup.ts';
import { reportLimits } from './report-limits.ts';
import { endText, testText } from './words.ts';

/** Tests that are gone, told once: what took them away, what both sides said, and where they were. */
export function lostMarkup({ cause, modules, count }: LostGroup, suite: ReportSuite, open: boolean): Markup {
  const shown = modules.slice(0, reportLimits.pageDetailsMax);
  const rest = modules.length - shown.length;
  const named = new Set(modules.map(({ name }) => name));
  const others = cause?.places.filter(({ test }) => !named.has(test)) ?? [];
  return html`<div class="lost">
    ${cause === undefined ? undefined : causeMarkup(cause, count, { suite, open })}
    <div class="modules">${shown.map((module) => moduleMarkup(module))}</div>
    ${rest === 0 ? undefined : html`<p class="note">and ${plural(rest, 'more file or class', 'more files or classes')}</p>`}
    ${
      others.length === 0
        ? undefined
        : html`<p class="note">
            The same in
            ${others.slice(0, reportLimits.pageNamesMax).map(({ test }) => html`<code>${testText(test)}</code> `)}
          </p>`
    }
  </div>`;
}

function causeMarkup(
  cause: Cause,
  count: number,
  { suite, open }: { readonly suite: ReportSuite; readonly open: boolean },
): Markup {
  const [first] = cause.places;
  const many = cause.places.length > 1;
  const where =
    first === undefined
      ? html`the run`
      : many
        ? html`${plural(cause.places.length, 'place')}`
        : html`<code>${testText(first.test)}</code>`;
  return html`<p class="because">
      ${plural(count, 'test')} lost where ${where} ${many ? 'break' : 'breaks'} in the candidate:
    </p>
    <p class="cause"><code>${cause.line}</code></p>
    ${
      cause.detail === ''
        ? undefined
        : html`<details class="places" ${open ? html` open=""` : undefined}>
            <summary>
              what ${first === undefined ? 'the run' : html`<code>${testText(first.test, 120)}</code>`} says
            </summary>
            <div class="sides">
              ${baselineSide(suite)}
              <div class="side">
                <h5>candidate <span class="status errored">errored</span></h5>
                ${logMarkup(cause.detail, 'candidate')}
              </div>
            </div>
          </details>`
    }`;
}

/** What the baseline wrote when it still ran these tests. */
function baselineSide({ trials }: ReportSuite): Markup | undefined {
  const whole = trials.filter(
    ({ side, only, step }) => side === 'baseline' && only === undefined && step === 'screen',
  );
  const trial = whole.find(({ output }) => output.excerpt.trim() !== '') ?? whole[0];
  if (trial === undefined) return undefined;
  return html`<div class="side">
    <h5>baseline <span class="status passed">passed</span></h5>
    ${logMarkup(trial.output.excerpt.trim() === '' ? endText(trial) : trial.output.excerpt, 'baseline')}
  </div>`;
}

function moduleMarkup(module: LostModule): Markup {
  const shown = module.tests.slice(0, reportLimits.pageNamesMax);
  const rest = module.tests.length - shown.length;
  return html`<details class="finding">
    <summary>
      <span class="name">${testText(module.name ?? '(no file or class)')}</span>
      <span class="count">${plural(module.tests.length, 'test')}</span>
    </summary>
    <ul class="names">
      ${shown.map((finding) => html`<li>${testText(nameBelow(finding, module), reportLimits.pageNameCharsMax)}</li>`)}${rest === 0 ? undefined : html`<li>and ${rest} more</li>`}
    </ul>
  </details>`;
}
