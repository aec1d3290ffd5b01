import { createHash } from 'node:crypto';

/** Contrast is at least 4.5 to 1 for all text, light and dark. */
export const changeStyle = `
:root { color-scheme: light dark; --paper: #f4f7f7; --card: #fff; --ink: #15232b; --muted: #4f626c; --line: #d3dddf; --accent: #0f6079; --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f171b; --card: #172228; --ink: #e4edef; --muted: #a3b4bb; --line: #2c3c44; --accent: #7cc7e0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0.5rem clamp(0.75rem, 3vw, 2rem); }
h1 { font-size: clamp(1.5rem, 4vw, 2.25rem); line-height: 1.2; margin: 0.25rem 0; }
h2 { font-size: 1.25rem; margin: 0 0 0.5rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p, ul { margin: 0.25rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, td { font-family: var(--mono); font-size: 0.875rem; unicode-bidi: isolate; }
.brand, .note, .arrow { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; text-align: left; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-size: 0.8125rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
`;

/** Nothing may be loaded, framed, sent or run. */
export const changePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(changeStyle).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
