import type { RuntimePin } from '../../model/runtime-pin.ts';

/** Names that mean the runtime itself, whatever version of it. All others may mean another implementation or vendor. */
const ownNames: Readonly<Partial<Record<RuntimePin['runtime'], RegExp>>> = {
  node: /^(?:lts(?:\/(?:\*|-[0-9]+|[a-z]+))?|node|stable|current|latest(?::[0-9.]+)?)$/,
  rust: /^(?:stable|latest(?::[0-9.]+)?)$/,
};
const anyName = /^latest(?::[0-9.]+)?$/;

/** What may stand among the numbers of a version without making it another build of its runtime. */
const marks: ReadonlySet<string> = new Set(
  'x a b c rc alpha beta dev pre preview next canary ea rtm servicing p lts'.split(' '),
);

// As far as one statement goes.
const statementBytes = 1_000;

/**
 * Whether a pin says more than a version alone could: another implementation (`pypy3.11`, `engine: 'jruby'`), a vendor
 * (`corretto-17`), a host (`1.80-x86_64-pc-windows-msvc`), a build (`3.13t`). `bytes`: of the file.
 */
export function saysMore({ runtime, grammar, text, place }: RuntimePin, bytes: Buffer): boolean {
  if (grammar === 'alias') return !(ownNames[runtime] ?? anyName).test(text);
  if (grammar === 'exact' || grammar === 'least')
    if ([...text.matchAll(/[A-Za-z]+/g)].some(([word]) => !marks.has(word.toLowerCase()))) return true;
  return (
    place.name === 'Gemfile' && /,\s*:?(?:engine|patchlevel)/.test(statementBehind(place.bytes.end, bytes))
  );
}

/** The rest of a Ruby statement, which goes on behind a comma. */
function statementBehind(start: number, bytes: Buffer): string {
  const rest = bytes.toString('latin1', start, start + statementBytes);
  const last = rest.search(/[^,\s][ \t\r]*\n/);
  return last === -1 ? rest : rest.slice(0, last + 1);
}
