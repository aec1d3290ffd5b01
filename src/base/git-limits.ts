import { MiB, minute } from './multiples.ts';

/** The bounds of work with git; a part of `limits`, which is what code reads. */
export const gitLimits = {
  // The list of a work tree's files, and how long git may take over it on a cold disk.
  gitListBytesMax: 128 * MiB,
  gitMs: 5 * minute,
  // A push or fetch of a large repository over a slow line.
  gitTransferMs: 30 * minute,
  // A branch of ours has one commit or a few; one with so many more is a person's.
  branchCommitsMax: 1_000,
  // Commits of files with pins that are looked through for when a digest came: years of daily moves.
  historyCommitsMax: 5_000,
  // Versions of such files that are read: a workflow of 8 KiB, moved daily for years, times forty, is a third of it.
  historyBytesMax: 1024 * MiB,
  // Versions that one process of git is asked for; the bound above is looked at between two of them.
  historyBlobsAtOnce: 100,
  // Of a shallow clone, so many commits more are fetched at first, and four times as many each time after; then all.
  deepenCommitsFirst: 50,
  deepenRoundsMax: 4,
  // A branch that moves between a question and the fetch; more than a few in a row is no race.
  fetchRoundsMax: 3,
  // What a remote says about a push; hooks write whole pages.
  remoteWordsCharsMax: 600,
} as const;
