import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { lines } from './paragraphs.ts';

/** os-release(5): the distribution. `etc` is mostly a link to `usr/lib`; where both are files, `etc` counts. */
export const osReleaseReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => path === 'etc/os-release' || path === 'usr/lib/os-release',
  readRelease,
);

function readRelease(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const values = new Map<string, string>();
  for (const line of lines(bytes.toString('utf8'))) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/u.exec(line) ?? [];
    // As a shell would: the last one counts.
    if (name !== undefined && value !== undefined) values.set(name, unquote(value.trim()));
  }
  const version = values.get('VERSION_ID') ?? values.get('BUILD_ID') ?? values.get('VERSION_CODENAME') ?? '';
  facts.add({ ecosystem: 'os', name: values.get('ID') ?? 'linux', version });
  return facts.build();
}

function unquote(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  const inner = text.endsWith(quote) && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  return quote === '"' ? inner.replaceAll(/\\(["$`\\])/gu, '$1') : inner;
}
