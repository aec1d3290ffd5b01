import { createHash } from 'node:crypto';
import { plural } from '../../base/text.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { percent, rulesOf } from './blind-spot.ts';
import { waiveProposal, waiveText } from './commands.ts';
import { header, overview } from './html-head.ts';
import { fixed, html, type Markup } from './html-markup.ts';
import { pageScript } from './html-script.ts';
import { pageStyle } from './html-style.ts';
import { suiteMarkup } from './html-suite.ts';
import { timeline } from './html-timeline.ts';
import { noticesOf } from './notices.ts';
import { asSentence, line, moodOf, originText, type Mood } from './words.ts';

/**
 * One self-contained page: it loads nothing, runs no script that it needs, and its policy forbids all else.
 * The verdict first, then what was found, then how the run went and what it could not have seen.
 */
export function renderHtml(report: ReportDocument): string {
  const { verdict, members, suites } = report;
  const mood = moodOf(verdict);
  const images = members.map(({ image }) => line(image, 60)).join(', ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="${icons[mood]}" />
        <title>${verdict.kind}: ${images} · Lockkeeper</title>
        ${fixed(`<style>${pageStyle}</style>`)}
      </head>
      <body class="${mood}">
        <a class="skip" href="#findings">To the findings</a>
        ${header(report, mood)}
        <main>
          ${overview(report)}
          <div class="tools" hidden="">
            <label for="filter">Show tests that contain</label>
            <input id="filter" type="search" autocomplete="off" spellcheck="false" />
            <button type="button" id="unfold">Unfold all</button> <output id="matches" for="filter"></output>
          </div>
          <div id="findings">
            <h2>Findings</h2>
            ${suites.map((suite, index) => suiteMarkup(suite, index, report))}
          </div>
          ${notices(report)} ${timeline(report)} ${blindness(report)} ${waiving(report)}
        </main>
        <footer>
          <p>
            ${originText(report)} ·
            <time datetime="${report.createdAt}"
              >${report.createdAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time
            >
          </p>
          ${report.origin.kind === 'bundle' ? html`<p>Verdict and evidence lie in the bundle <code>${line(report.origin.path)}</code>, bound to the digests above.</p>` : undefined}
        </footer>
        ${fixed(`<script>${pageScript}</script>`)}
      </body>
    </html> `.toString();
}

/** Nothing may be loaded, framed, sent or run but the two inline parts that have these digests. */
const policy = [
  "default-src 'none'",
  `style-src '${integrity(pageStyle)}'`,
  `script-src '${integrity(pageScript)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function integrity(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** An icon of its own keeps a browser from asking the server for one. */
const icons: Readonly<Record<Mood, string>> = {
  promote: icon('%231a7f4b', 'M9 17l5 5 9-11'),
  hold: icon('%239a6700', 'M12 10v12M20 10v12'),
  reject: icon('%23b3261e', 'M10 10l12 12M22 10l-12 12'),
};

function icon(colour: string, path: string): string {
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='${colour}'/%3E%3Cpath d='${path}' stroke='%23fff' stroke-width='4' fill='none' stroke-linecap='round'/%3E%3C/svg%3E`;
}

function notices(report: ReportDocument): Markup | undefined {
  const all = noticesOf(report);
  if (all.length === 0) return undefined;
  return html`<section class="block" aria-labelledby="notices">
    <h2 id="notices">To know</h2>
    <ul>
      ${all.map((notice) => html`<li>${asSentence(notice)}</li>`)}
    </ul>
  </section>`;
}

function waiving(report: ReportDocument): Markup | undefined {
  const proposal = waiveProposal(report);
  if (proposal === undefined) return undefined;
  return html`<section class="block" aria-labelledby="waive">
    <h2 id="waive">To let it through</h2>
    <p class="note">${waiveText(proposal)}</p>
    <p class="command"><code>${proposal.command}</code></p>
  </section>`;
}

function blindness(report: ReportDocument): Markup | undefined {
  const rules = rulesOf(report);
  if (rules.length === 0) return undefined;
  const canRerun = report.origin.kind === 'bundle';
  return html`<section class="block" aria-labelledby="blind">
    <h2 id="blind">What this gate could not have seen</h2>
    ${rules.map(
      ({ rule, suites, spots }) =>
        html`<p class="note">
            ${rules.length === 1 ? undefined : `${suites.map((suite) => line(suite, 60)).join(', ')}: `}With
            ${plural(rule.screenRuns, 'screen')} and
            ${canRerun ? `up to ${plural(rule.confirmRuns, 'rerun')} a side` : 'no rerun'}, a test that always
            passed before may get worse unseen:
          </p>
          <table class="blind">
            <thead>
              <tr>
                <th scope="col">it passes now</th>
                <th scope="col">chance that nobody is told</th>
              </tr>
            </thead>
            <tbody>
              ${spots.map(
                ({ passes, missed }) =>
                  html`<tr>
                    <th scope="row">${percent(passes)} of the time</th>
                    <td>
                      <svg aria-hidden="true">
                        <rect class="all" width="100%" height="100%" rx="3" />
                        <rect class="missed" width="${(missed * 100).toFixed(1)}%" height="100%" rx="3" />
                      </svg>
                      ${percent(missed)}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`,
    )}
  </section>`;
}
