import { splitAtCause } from './excerpt.ts';
import { html, type Markup } from './html-markup.ts';

/** A log that can be scrolled by keyboard, with the line that explains marked. */
export function logMarkup(text: string, label: string): Markup {
  const [before, cause, after] = splitAtCause(text);
  return html`<pre tabindex="0" role="region" aria-label="${label}">
${before}${cause === '' ? undefined : html`<mark>${cause}</mark>`}${after}</pre>`;
}
