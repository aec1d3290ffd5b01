import { picturesStyle } from './html-style-pictures.ts';

/** Colours first, for light and dark; then the page from top to bottom. Contrast is at least 4.5 to 1 for all text. */
const page = `
:root {
  color-scheme: light dark;
  --paper: #f4f7f7; --card: #fff; --ink: #15232b; --muted: #4f626c; --line: #d3dddf; --code: #edf2f2; --mark: #ffe6a8;
  --promote: #176b3f; --hold: #855800; --reject: #a8201a; --accent: #0f6079;
  --promote-soft: #dff1e6; --hold-soft: #fbefd2; --reject-soft: #fbe3e0; --accent-soft: #dcecf1;
  --water: #2f86a6; --water-deep: #22708d; --earth: #8b7a64; --stone: #6f604d; --iron: #33454e; --wood: #7a4e2b; --sky: #e6f0f2;
  --preflight: #93a3aa; --sentinel: #8360a8; --screen: #2f86a6; --errors: #c4641b; --confirm: #1f8a70;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f171b; --card: #172228; --ink: #e4edef; --muted: #a3b4bb; --line: #2c3c44; --code: #0f181d; --mark: #5a4610;
    --promote: #5fd39a; --hold: #e6b95c; --reject: #ff9a8f; --accent: #7cc7e0;
    --promote-soft: #143324; --hold-soft: #37290a; --reject-soft: #43191a; --accent-soft: #153440;
    --water: #2b7896; --water-deep: #1f5f79; --earth: #5b5043; --stone: #453c32; --iron: #9db0b8; --wood: #a06e44; --sky: #13242b;
    --preflight: #6d7f87; --sentinel: #a585cc; --screen: #3f9dc0; --errors: #e08a45; --confirm: #35b394;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
body.promote { --mood: var(--promote); --mood-soft: var(--promote-soft); }
body.hold { --mood: var(--hold); --mood-soft: var(--hold-soft); }
body.reject { --mood: var(--reject); --mood-soft: var(--reject-soft); }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 clamp(0.75rem, 3vw, 2rem); }
h1, h2, h3, h4, h5, p, ul, dl, dd, pre { margin: 0; }
ul { padding: 0; list-style: none; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre, .name, .reference { font-family: var(--mono); unicode-bidi: isolate; }
code { font-size: 0.92em; }
.arrow { color: var(--muted); }
.note, .on { color: var(--muted); }
.on { font-weight: 400; font-size: 0.875rem; }
.skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--card); }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }

header { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 23rem); gap: 1rem 2rem; align-items: end; padding-top: clamp(1rem, 3vw, 2rem); }
.brand { color: var(--muted); font-size: 0.8125rem; letter-spacing: 0.12em; text-transform: uppercase; }
h1 { color: var(--mood); font-size: clamp(1.75rem, 5.5vw, 3rem); line-height: 1.1; letter-spacing: -0.02em; margin: 0.25rem 0 0.75rem; }
h1::first-letter { text-transform: uppercase; }
.lead { font-size: clamp(1.0625rem, 2.2vw, 1.25rem); line-height: 1.45; max-width: 42rem; }
.move { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.25rem 1rem; margin-top: 1rem; }
.move dt { color: var(--muted); }
.move code { background: var(--code); border: 1px solid var(--line); border-radius: 4px; padding: 0.05em 0.35em; }
.images { grid-column: 1 / -1; display: grid; gap: 0.5rem; padding: 0.75rem 1rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--mood); border-radius: 6px; }
.images .reference, .images .digests { display: inline-block; margin: 0 0.75rem 0 0.25rem; }
.change, .settings { display: block; color: var(--muted); font-size: 0.9375rem; }
.settings code { color: var(--ink); }
.settings code.was { color: var(--muted); }

main { padding-top: 1.25rem; }
.badge { display: inline-block; padding: 0.1em 0.6em; border-radius: 1em; font: 600 0.8125rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; white-space: nowrap; }
.badge.promote { color: var(--promote); background: var(--promote-soft); }
.badge.hold { color: var(--hold); background: var(--hold-soft); }
.badge.reject { color: var(--reject); background: var(--reject-soft); }
.tiles { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 1rem; }
.tiles li { flex: 1 1 6.5rem; max-width: 12rem; padding: 0.5rem 0.75rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--line); border-radius: 6px; font-size: 0.875rem; line-height: 1.3; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .rejects { border-top-color: var(--reject); }
.tiles .rejects b { color: var(--reject); }
.tiles .holds { border-top-color: var(--hold); }
.tiles .holds b { color: var(--hold); }
.tiles .kind-fixed { border-top-color: var(--promote); }
.tiles .kind-fixed b { color: var(--promote); }
table { width: 100%; border-collapse: collapse; text-align: left; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 600; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.overview .scroll, .block { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem 1rem; }
.overview tr:last-child > * { border-bottom: 0; }
.suites th .on { display: block; }
.suites th:first-child { width: 26%; }
.suites td:last-child { width: 40%; padding-left: 0.75rem; }
.suites th:last-child { padding-left: 0.75rem; }
.tools { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 1rem 0 0; padding: 0.5rem 0; background: var(--paper); font-size: 0.9375rem; }
.tools[hidden] { display: none; }
.tools input { flex: 1 1 12rem; min-width: 0; max-width: 26rem; }
.tools input, .tools button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--muted); border-radius: 6px; padding: 0.35rem 0.75rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 1.5rem 0 0.75rem; }
.block { margin-bottom: 1rem; padding: 1rem; }
.block > h2 { margin-top: 0; }
h3 { font-size: 1.0625rem; line-height: 1.4; scroll-margin-top: 4.5rem; }
.suite > h3 { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: baseline; padding-bottom: 0.5rem; border-bottom: 1px solid var(--line); }
.suite > h3 .name { font-size: 1.1875rem; }
.sentence, .same { margin-top: 0.6rem; }
`;

const findings = `
.section { margin-top: 1rem; padding-left: 0.9rem; border-left: 4px solid var(--line); }
.section.rejects { border-left-color: var(--reject); }
.section.holds { border-left-color: var(--hold); }
.section.kind-fixed { border-left-color: var(--promote); }
.section h4 { font-size: 1rem; font-weight: 400; margin-bottom: 0.5rem; }
.section .kind { font-weight: 700; }
.rejects .kind { color: var(--reject); }
.holds .kind { color: var(--hold); }
.kind-fixed .kind { color: var(--promote); }
.says { color: var(--muted); }
summary { cursor: pointer; padding: 0.3rem 0; }
summary::marker { color: var(--muted); }
.finding { border-top: 1px solid var(--line); }
.finding > summary { padding: 0.45rem 0; }
.finding .name { font-size: 0.9375rem; font-weight: 600; }
.finding .place { color: var(--muted); font-weight: 400; }
.finding .count { color: var(--muted); font-variant-numeric: tabular-nums; }
.finding[hidden], tr[hidden] { display: none; }
.because { margin: 0.1rem 0 0.5rem; }
.command { margin: 0.5rem 0 0; }
.command span { color: var(--muted); font-size: 0.875rem; }
.command code { background: var(--code); border: 1px solid var(--line); border-radius: 4px; padding: 0.05em 0.35em; user-select: all; }
.cause { margin: 0 0 0.5rem; padding: 0.5rem 0.75rem; background: var(--reject-soft); border-radius: 6px; font-weight: 600; }
.places { margin-bottom: 0.5rem; color: var(--muted); font-size: 0.9375rem; }
.places ul, .names { padding: 0 0 0.6rem 1rem; color: var(--ink); font-size: 0.875rem; }
.names { font-family: var(--mono); }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; padding-bottom: 0.75rem; }
.side:only-child { grid-column: 1 / -1; }
.side h4, .side h5 { color: var(--ink); display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; font-size: 0.875rem; font-weight: 600; margin-bottom: 0.25rem; }
.status { color: var(--muted); font-weight: 400; }
.status.failed, .status.errored { color: var(--reject); }
.status.passed { color: var(--promote); }
.reruns { color: var(--muted); font-weight: 400; white-space: nowrap; }
.reruns .pass { fill: var(--promote); }
.reruns .fail rect { fill: var(--reject); }
.reruns .fail path { stroke: var(--card); stroke-width: 1.4; fill: none; }
pre { color: var(--ink); max-height: 22rem; overflow: auto; padding: 0.6rem 0.75rem; background: var(--code); border: 1px solid var(--line); border-radius: 6px; font-size: 0.8125rem; line-height: 1.45; white-space: pre-wrap; tab-size: 4; }
.silent { padding: 0.55rem 0.75rem; color: var(--muted); border: 1px dashed var(--line); border-radius: 6px; font-size: 0.875rem; }
pre mark { color: inherit; background: var(--mark); border-radius: 2px; font-weight: 600; }
.list { table-layout: fixed; font-size: 0.875rem; margin-bottom: 0.5rem; }
.list th:not(:first-child), .list td:not(:first-child) { width: 6.5rem; }
.list .said { display: block; color: var(--muted); }
.fold { margin-top: 0.75rem; border-top: 1px solid var(--line); font-size: 0.9375rem; }
.fold > summary { color: var(--muted); padding-top: 0.6rem; }
.fold + .fold { margin-top: 0; }
.runs { font-size: 0.8125rem; min-width: 34rem; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
.runs .end { overflow-wrap: anywhere; }
.runs .bad { color: var(--reject); }
.fold .sides { padding-top: 0.75rem; }
.facts { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.2rem 1rem; padding: 0.25rem 0 0.5rem; font-size: 0.875rem; }
.facts dt { color: var(--muted); }
.facts dd { font-family: var(--mono); font-size: 0.8125rem; }
footer { padding-top: 0.5rem; padding-bottom: 2rem; color: var(--muted); font-size: 0.875rem; }

@media (max-width: 46rem) {
  header { grid-template-columns: minmax(0, 1fr); }
  .tools { position: static; }
  .lock { grid-row: 1; max-width: 24rem; }
  .sides { grid-template-columns: minmax(0, 1fr); }
  .block, .overview .scroll { padding: 0.75rem; }
  .tiles li { flex-basis: 5.5rem; }
  .suites thead { display: none; }
  .suites, .suites tbody, .suites tr, .suites th, .suites td { display: block; border: 0; padding: 0; text-align: left; }
  .suites tr { padding: 0.5rem 0; }
  .suites tr + tr { border-top: 1px solid var(--line); }
  .suites td, td.number { display: inline-block; text-align: left; margin-right: 0.6rem; }
  .suites th:first-child, .suites td:last-child { width: auto; padding: 0; }
  .images .reference, .images .digests { display: block; margin: 0; font-size: 0.875rem; }
  .list th:not(:first-child), .list td:not(:first-child) { width: 4.6rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; }
  body { font-size: 10pt; }
  .tools, .skip { display: none; }
  .block, .finding { break-inside: avoid-page; }
  pre { max-height: none; overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
@media (forced-colors: active) {
  .badge, .tiles li, .block { border: 1px solid; }
}
`;

export const pageStyle = page + findings + picturesStyle;
