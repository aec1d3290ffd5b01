import { Failure } from '../base/failure.ts';

/** The name of a commit: SHA-1 or SHA-256 in hexadecimal, whole. */
export type CommitId = string & { readonly __brand: 'CommitId' };

/** The name of a file's content in git. */
export type BlobId = string & { readonly __brand: 'BlobId' };

const grammar = /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isCommitId(text: string): text is CommitId {
  return grammar.test(text);
}

/** @throws Failure `revision-invalid` */
export function parseCommitId(text: string): CommitId {
  if (isCommitId(text)) return text;
  throw new Failure('revision-invalid', `${JSON.stringify(text.slice(0, 200))} is no whole name of a commit`);
}

export function isBlobId(text: string): text is BlobId {
  return grammar.test(text);
}

/** Who wrote or made a commit, and when. */
export interface Signature {
  readonly name: string;
  readonly mail: string;
  /** ISO 8601, UTC, whole seconds: `2026-11-21T12:00:00Z`. */
  readonly at: string;
}

/** What a commit says, without its name. */
export interface CommitContent {
  /** Name of its tree. */
  readonly tree: string;
  readonly parents: readonly CommitId[];
  readonly author: Signature;
  readonly committer: Signature;
  /** With the newline at its end, where it has one. */
  readonly message: string;
}

export interface Commit extends CommitContent {
  readonly id: CommitId;
}

/**
 * A signature that git takes as it is: without the characters that end a field, and without those that git itself takes
 * off the ends. Empty names become the part of the mail before its `@`.
 */
export function signatureOf({ name, mail, at }: Signature): Signature {
  const clean = (text: string): string =>
    text.replaceAll(/[\0-\x1f\x7f<>]+/g, ' ').replaceAll(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, '');
  const address = clean(mail).replaceAll(' ', '') || 'nobody@localhost';
  return { name: clean(name) || (address.split('@')[0] ?? address), mail: address, at: wholeSeconds(at) };
}

function wholeSeconds(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The bytes of a commit object (gitformat-commit); times stand in UTC. */
export function formatCommit({ tree, parents, author, committer, message }: CommitContent): string {
  const signed = (role: string, { name, mail, at }: Signature): string =>
    `${role} ${name} <${mail}> ${Date.parse(at) / 1000} +0000\n`;
  const ancestry = parents.map((parent) => `parent ${parent}\n`).join('');
  return `tree ${tree}\n${ancestry}${signed('author', author)}${signed('committer', committer)}\n${message}`;
}

/** Reads a commit object; headers that we do not know, such as signatures, are left out. Undefined: it is none. */
export function readCommit(id: CommitId, text: string): Commit | undefined {
  const end = text.indexOf('\n\n');
  const headers = (end === -1 ? text : text.slice(0, end)).split('\n');
  const valuesOf = (key: string): readonly string[] =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [tree] = valuesOf('tree');
  const [author] = valuesOf('author').map(readSignature);
  const [committer] = valuesOf('committer').map(readSignature);
  if (tree === undefined || author === undefined || committer === undefined) return undefined;
  const parents = valuesOf('parent').filter(isCommitId);
  return { id, tree, parents, author, committer, message: end === -1 ? '' : text.slice(end + 2) };
}

function readSignature(text: string): Signature | undefined {
  const [, name, mail, seconds] = /^(.*?) ?<([^>]*)> (\d{1,12})(?: [+-]\d{4})?$/.exec(text) ?? [];
  if (name === undefined || mail === undefined || seconds === undefined) return undefined;
  return { name, mail, at: wholeSeconds(new Date(Number(seconds) * 1000).toISOString()) };
}
