import { plural } from '../../base/text.ts';
import { findingKinds } from '../../model/finding.ts';
import type { ReportDocument, ReportSuite } from '../../model/report-document.ts';
import { lockPicture } from './html-lock.ts';
import { html, type Markup } from './html-markup.ts';
import { badge } from './html-suite.ts';
import { kindTexts } from './kinds.ts';
import { sectionsOf, totalsText } from './sections.ts';
import { namedPackages } from './shown-change.ts';
import {
  asSentence,
  contentsText,
  digestText,
  leadOf,
  line,
  moodOf,
  nextWords,
  ownSentence,
  placeOf,
  type Mood,
} from './words.ts';

/** The verdict: in words, as a picture, whose move it is, and on which images. */
export function header(report: ReportDocument, mood: Mood): Markup {
  const { verdict, members } = report;
  return html`<header>
    <div class="headline">
      <p class="brand">Lockkeeper</p>
      <h1>${verdict.kind}</h1>
      <p class="lead">${line(leadOf(report), 600)}</p>
      <dl class="move">
        <dt>Whose move</dt>
        <dd>${verdict.mover === 'nobody' ? 'Nobody has to act.' : `The ${verdict.mover}’s.`}</dd>
        <dt>Next</dt>
        <dd>${nextWords(report).map(({ text, isCode }) => (isCode ? html`<code>${text}</code>` : text))}</dd>
      </dl>
    </div>
    ${lockPicture(mood)}
    <ul class="images">
      ${members.map((member) => memberMarkup(member, report))}
    </ul>
  </header>`;
}

function memberMarkup(member: ReportDocument['members'][number], report: ReportDocument): Markup {
  const { origin, suites } = report;
  if (origin.kind === 'results') {
    return html`<li>
      <code>${line(origin.baseline)}</code> <span class="arrow">→</span>
      <code>${line(origin.candidate)}</code>
    </li>`;
  }
  const own = ownSentence(member, report);
  const changes = new Map(
    suites.filter(({ image }) => image === member.image).map(({ platform, change }) => [platform, change]),
  );
  return html`<li>
    <b class="name">${line(member.image, 100)}</b> ${badge(moodOf(member.verdict), member.verdict.kind)}
    <span class="reference"><code>${line(member.baselineReference)}</code></span>
    <span class="digests"
      ><code title="${member.baseline ?? ''}">${digestText(member.baseline)}</code>
      <span class="arrow">→</span>
      <code title="${member.candidate}">${digestText(member.candidate)}</code></span
    >
    ${[...changes].map(([platform, change]) => changeMarkup(platform, change))}
    ${own === undefined ? undefined : html`<p>${asSentence(own)}</p>`}
  </li>`;
}

function changeMarkup(platform: string, change: ReportSuite['change']): Markup | undefined {
  if (change === undefined) return undefined;
  const { kept, added, removed } = change.layers;
  const rows = change.settings.map(
    ({ setting, from, to }) =>
      html`<li>
        ${setting}: <code class="was">${line(from) || '(none)'}</code> <span class="arrow">→</span>
        <code>${line(to) || '(none)'}</code>
      </li>`,
  );
  const { named, rest } = namedPackages(change);
  const packages = [...named, ...(rest === 0 ? [] : [`and ${rest} more`])].join(', ');
  const link = change.source?.link;
  return html`<span class="change"
      >${line(platform, 60)}: ${change.class}; ${plural(kept, 'layer')} kept, ${added} added, ${removed}
      removed${contentsText(change).map((text) => `; ${text}`)}</span
    >${packages === '' ? undefined : html`<span class="change">${packages}</span>`}${
      link === undefined
        ? undefined
        : html`<span class="change"><a href="${link}" rel="noreferrer">${link}</a></span>`
    }${
      rows.length === 0
        ? undefined
        : html`<ul class="settings">
            ${rows}
          </ul>`
    }`;
}

/** All counts in one look, then one row a suite. */
export function overview(report: ReportDocument): Markup {
  const { suites } = report;
  const tiles = tileCounts(suites).map(
    ({ text, count, look }) => html`<li class="${look}"><b>${count}</b> ${text}</li>`,
  );
  const rows = suites.map(
    (suite, index) =>
      html`<tr>
        <th scope="row">
          <a href="#suite-${index}">${line(suite.suite, 100)}</a>
          <span class="on">${placeOf(suite, report)}</span>
        </th>
        <td>${badge(moodOf(suite.verdict), suite.verdict.kind)}</td>
        <td class="number">
          ${suite.baseline === undefined ? undefined : html`${suite.observed.baseline} <span class="arrow">→</span> `}${suite.observed.candidate}
        </td>
        <td>${totalsText(sectionsOf(suite), suite)}</td>
      </tr>`,
  );
  return html`<section class="overview" aria-label="Overview">
    <ul class="tiles">
      ${tiles}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="Suites">
      <table class="suites">
        <thead>
          <tr>
            <th scope="col">suite</th>
            <th scope="col">verdict</th>
            <th scope="col" class="number">tests</th>
            <th scope="col">findings</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

interface Tile {
  readonly text: string;
  readonly count: number;
  /** Our own class names. */
  readonly look: string;
}

/** Counts over all suites, those that matter most first. What errored and took tests away is counted as what it is. */
function tileCounts(suites: readonly ReportSuite[]): readonly Tile[] {
  const tiles = new Map<string, Tile>();
  const add = (text: string, count: number, look: string): void => {
    if (count > 0) tiles.set(text, { text, look, count: count + (tiles.get(text)?.count ?? 0) });
  };
  const sections = suites.flatMap((suite) => sectionsOf(suite));
  for (const kind of findingKinds) {
    for (const { count, toldElsewhere, weight } of sections.filter((section) => section.kind === kind)) {
      add(kindTexts[kind].short, count - toldElsewhere, `${weight} kind-${kind}`);
      add('errored', toldElsewhere, weight);
    }
  }
  for (const { counts } of suites) add(kindTexts.same.short, counts.same ?? 0, 'shown');
  return [...tiles.values()];
}
