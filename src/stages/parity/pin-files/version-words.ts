import type { RangeGrammar, Runtime } from '../../../model/runtime-pin.ts';
import type { FoundPin } from './pin-file.ts';
import type { TextLine } from './lines.ts';

/** What tools that install many runtimes call each of ours. */
const toolNames: Readonly<Record<string, Runtime>> = {
  python: 'python',
  node: 'node',
  nodejs: 'node',
  npm: 'npm',
  yarn: 'yarn',
  pnpm: 'pnpm',
  bun: 'bun',
  go: 'go',
  golang: 'go',
  ruby: 'ruby',
  bundler: 'bundler',
  java: 'java',
  dotnet: 'dotnet',
  'dotnet-core': 'dotnet',
  rust: 'rust',
  php: 'php',
};

/** The runtime that a tool calls by this name; a plugin of `mise` may have its origin before it, as in `core:python`. */
export function runtimeCalled(name: string): Runtime | undefined {
  const plain = name.slice(name.indexOf(':') + 1).toLowerCase();
  return Object.hasOwn(toolNames, plain) ? toolNames[plain] : undefined;
}

/** Whether it is a version by itself: numbers with dots, and what follows them such as `-rc.1` or `t`. */
export function isVersion(text: string): boolean {
  // Each step takes one character and at most one mark before it: there is one way to read a text, however long it is.
  return /^[0-9](?:[-+._]?[A-Za-z0-9])*$/.test(text);
}

/** A version is itself; any other word is a name that only a list elsewhere can tell. */
export function grammarOfWord(text: string): RangeGrammar {
  return isVersion(text) ? 'exact' : 'alias';
}

/** A word of a file that holds versions only: without the prefix, at its place. */
export function versionWord(
  { text, offset }: TextLine,
  { runtime, field, prefix }: { readonly runtime: Runtime; readonly field: string; readonly prefix: RegExp },
): FoundPin {
  const cut = prefix.exec(text)?.[0].length ?? 0;
  const version = text.slice(cut);
  const isPrefixed = cut > 0 && isVersion(version);
  return isPrefixed
    ? {
        runtime,
        field,
        text: version,
        grammar: 'exact',
        span: { start: offset + cut, end: offset + text.length },
      }
    : {
        runtime,
        field,
        text,
        grammar: grammarOfWord(text),
        span: { start: offset, end: offset + text.length },
      };
}
