import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { UnreadableError, wholeFile } from './facts-reader.ts';

/** What RubyGems installed: a program in Ruby for each gem, which RubyGems itself wrote, and which is not run here. */
export const gemReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => specification.test(path),
  readSpecification,
);

const specification = /^(.*\/|)specifications\/(?:default\/)?([^/]{1,255})\.gemspec$/u;

function readSpecification(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const [, home = '', fullName = ''] = specification.exec(path) ?? [];
  const text = bytes.toString('utf8');
  const name = literalOf(text, 'name') ?? nameIn(fullName);
  const version = literalOf(text, 'version') ?? versionIn(fullName);
  if (name === undefined || version === undefined) throw new UnreadableError('it says no name and version');
  const platform = literalOf(text, 'platform');
  facts.add({ ecosystem: 'gem', name, version, architecture: platform, licence: licenceOf(text) });
  facts.own({ ecosystem: 'gem', name }, [], { folder: home, below: [`gems/${fullName}`] });
  return facts.build();
}

/** `s.name = "rake".freeze`, and what people write by hand: any variable, either quote. */
function literalOf(text: string, attribute: string): string | undefined {
  const [, double, single] =
    new RegExp(`^[ \\t]*\\w{1,40}\\.${attribute}[ \\t]*=[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)')`, 'mu').exec(
      text,
    ) ?? [];
  return double ?? single;
}

function licenceOf(text: string): string | undefined {
  const [, list = ''] = /^[ \t]*\w{1,40}\.licenses?[ \t]*=[ \t]*(.{1,400})$/mu.exec(text) ?? [];
  const names = [...list.matchAll(/["']([^"']+)["']/gu)].map(([, each]) => each);
  return names.length === 0 ? undefined : names.join(' OR ');
}

/** `net-http-0.3.2` and `nokogiri-1.16.0-x86_64-linux`: the version begins at the first part that begins with a digit. */
function versionIn(fullName: string): string | undefined {
  return /-(\d[\w.]*)(?:-[^/]*)?$/u.exec(fullName)?.[1];
}

function nameIn(fullName: string): string | undefined {
  return /^(.+?)-\d/u.exec(fullName)?.[1];
}
