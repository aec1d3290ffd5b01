import type { Span } from '../base/text-position.ts';

/** What platforms install for an application to run on, or to be built with. */
export const runtimes = [
  'python',
  'node',
  'npm',
  'yarn',
  'pnpm',
  'bun',
  'go',
  'ruby',
  'bundler',
  'java',
  'dotnet',
  'rust',
  'php',
] as const;

export type Runtime = (typeof runtimes)[number];

/** Files that pin runtimes; the name of each without its folder. */
export const pinFileNames = [
  '.python-version',
  'runtime.txt',
  'Pipfile',
  'pyproject.toml',
  '.nvmrc',
  '.node-version',
  'package.json',
  'go.mod',
  '.ruby-version',
  'Gemfile',
  'Gemfile.lock',
  '.tool-versions',
  'mise.toml',
  '.mise.toml',
  'global.json',
  'rust-toolchain',
  'rust-toolchain.toml',
  '.java-version',
  'system.properties',
  'composer.json',
  'project.toml',
  'Procfile',
] as const;

export type PinFileName = (typeof pinFileNames)[number];

/** Files that pin nothing, and decide how pins count. */
export const besideFileNames = ['uv.lock'] as const;

export type BesideFileName = (typeof besideFileNames)[number];

/**
 * How a version is written. `exact`: this one, or for two parts the newest of this series; `least`: this one or newer
 * (go.mod); `alias`: a name such as `lts/*` that only a list outside of the file can tell.
 */
export type RangeGrammar = 'exact' | 'least' | 'semver' | 'pep440' | 'poetry' | 'ruby' | 'composer' | 'alias';

/** A version of a runtime that a repository asks for, at its place. */
export interface RuntimePin {
  readonly runtime: Runtime;
  /** The version or range as its grammar has it: without quotes, prefixes such as `python-`, or white space. */
  readonly text: string;
  readonly grammar: RangeGrammar;
  readonly place: PinPlace;
  /** Which part of the file it is, such as `engines.node`; equal to the name of the file where that holds one value only. */
  readonly field: string;
}

/** Lines and columns count from 1, columns in UTF-16 code units; a byte order mark counts for none. */
export interface PinPlace {
  /** Relative to the root of what was looked at, with `/`. */
  readonly file: string;
  readonly name: PinFileName;
  readonly line: number;
  readonly column: number;
  /** In bytes of the file, its byte order mark included. */
  readonly bytes: Span;
}
