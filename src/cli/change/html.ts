import { plural } from '../../base/text.ts';
import type { ChangeDocument, PlatformChange } from '../../model/change-document.ts';
import { fixed, html, type Markup } from '../report/html-markup.ts';
import { asSentence, line } from '../report/words.ts';
import { changePolicy, changeStyle } from './html-style.ts';
import {
  byWeight,
  equivalenceText,
  fileReason,
  growthText,
  layersText,
  noiseText,
  ownerGroups,
  packageCounts,
  settingRows,
  sourceText,
  versionsText,
} from './words.ts';

const rowsMax = 5_000;

/** One self-contained page: it loads nothing and runs nothing, and its policy forbids all else. */
export function renderChangeHtml(document: ChangeDocument): string {
  const { baseline, candidate, platforms, added, removed, notices } = document;
  const answer = equivalenceText(document) ?? document.class;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${changePolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${answer}: ${line(candidate.name, 100)} · Lockkeeper</title>
        ${fixed(`<style>${changeStyle}</style>`)}
      </head>
      <body>
        <header>
          <p class="brand">Lockkeeper</p>
          <h1>${asSentence(answer)}</h1>
          <p class="images">
            <code title="${baseline.digest}">${line(baseline.name)}</code> <span class="arrow">→</span>
            <code title="${candidate.digest}">${line(candidate.name)}</code>
          </p>
          <ul>
            ${added.map((platform) => html`<li>${line(platform, 60)} was added</li>`)}
            ${removed.map((platform) => html`<li>${line(platform, 60)} is gone</li>`)}
            ${notices.map((notice) => html`<li>${asSentence(notice)}</li>`)}
          </ul>
        </header>
        <main>${platforms.map(platformMarkup)}</main>
        <footer><p>${line(document.madeBy, 60)}</p></footer>
      </body>
    </html> `.toString();
}

function platformMarkup(each: PlatformChange): Markup {
  const findings = each.findings ?? [];
  const link = each.source?.link;
  return html`<section>
    <h2>${line(each.platform, 80)}: ${each.class}</h2>
    <p class="note">
      <code>${each.baseline}</code> <span class="arrow">→</span> <code>${each.candidate}</code>
    </p>
    <p class="note">${layersText(each)}</p>
    ${link === undefined ? undefined : html`<p><a href="${link}" rel="noreferrer">${link}</a></p>`}
    ${sourceText(each)
      .filter((text) => link === undefined || !text.includes(link))
      .map((text) => html`<p>${line(text, 400)}</p>`)}
    ${settings(each)} ${packages(each)} ${files(each)}
    ${
      findings.length === 0
        ? undefined
        : html`<h3>Odd</h3>
            <ul>
              ${findings.map((finding) => html`<li>${line(finding, 400)}</li>`)}
            </ul>`
    }
  </section>`;
}

function settings({ settings: all }: PlatformChange): Markup | undefined {
  const rows = settingRows(all);
  if (rows.length === 0) return undefined;
  return html`<h3>Config</h3>
    ${table(
      ['setting', 'before', 'now'],
      rows.map(({ setting, key, from, to }) => [
        key === '' ? setting : `${setting} ${line(key, 200)}`,
        line(from, 1_000),
        line(to, 1_000),
      ]),
    )}`;
}

function packages({ packages: all }: PlatformChange): Markup | undefined {
  if (all === undefined || all.length === 0) return undefined;
  return html`<h3>Packages: ${packageCounts(all)}</h3>
    ${table(
      ['', '', 'package', 'version', 'size'],
      byWeight(all).map((each) => [
        each.kind,
        each.ecosystem,
        line(each.name, 200),
        line(versionsText(each), 200),
        growthText(each),
      ]),
    )}`;
}

function files(each: PlatformChange): Markup | undefined {
  const groups = ownerGroups(each);
  const noise = noiseText(each);
  const count = groups.reduce((sum, group) => sum + group.files.length, 0);
  const said = noise === '' ? undefined : html`<p class="note">${asSentence(noise)}</p>`;
  if (count === 0) return said;
  return html`<h3>Files: ${plural(count, 'differs', 'differ')}</h3>
    ${groups.slice(0, rowsMax).map(
      ({ owner, files: own, isToldByPackage }, at) =>
        html`<details ${fixed(at < 3 && !isToldByPackage ? 'open=""' : '')}>
          <summary>${line(owner, 200)}: ${plural(own.length, 'file')}</summary>
          ${table(
            ['path', 'what differs'],
            own.map((file) => [`/${line(file.path, 1_000)}`, fileReason(file)]),
          )}
        </details>`,
    )}
    ${said}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const rest = rows.length - rowsMax;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${heads.join(' ').trim()}">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, rowsMax).map(
            (cells) =>
              html`<tr>
                ${cells.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest > 0 ? html`<p class="note">and ${rest} more</p>` : undefined}`;
}
