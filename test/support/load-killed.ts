import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Ended } from './command-line.ts';
import { lyingProgram } from './lying-program.ts';

/** A `load` that can be run again and again, through a program that we can stand before. */
export interface KillGround {
  readonly folder: string;
  readonly program: 'docker' | 'podman' | 'ctr';
  /** The word by which the call is known that carries the image. */
  readonly carries: string;
  readonly load: (search?: string) => Promise<Ended>;
  /** Takes away what `load` brought. */
  readonly reset: () => Promise<void>;
  /** What the name stands for; undefined: nothing. */
  readonly standing: () => Promise<string | undefined>;
  /** All that a `load` can have left there, in the end. */
  readonly state: () => Promise<unknown>;
}

/** Dies before a call of the program, after it, or in the midst of what it is sent. */
export interface Moment {
  /** Which call: its number, or a word that only it has. */
  readonly call: number | string;
  readonly at: 'before' | 'after' | 'midst';
}

/** The calls of an undisturbed `load`, each as its words. */
export async function callsOf({ folder, program, load }: KillGround): Promise<readonly string[]> {
  const log = path.join(folder, 'calls');
  await writeFile(log, '');
  const ended = await load(
    await lyingProgram(folder, program, `echo "$*" | tr '\\n' ' ' >> ${log}; echo >> ${log}`),
  );
  assert.equal(ended.status, 0, ended.stderr);
  return (await readFile(log, 'utf8')).trimEnd().split('\n');
}

export function allMoments({ carries }: KillGround, calls: readonly string[]): readonly Moment[] {
  return calls.flatMap((words, index): readonly Moment[] => {
    const call = index + 1;
    const around = [
      { call, at: 'before' },
      { call, at: 'after' },
    ] as const;
    return words.includes(carries) ? [...around, { call, at: 'midst' }] : around;
  });
}

/** Kills `load` at each moment and runs it again: never a name that stands for something else, and the same end. */
export async function killAndLoadAgain(ground: KillGround, moments: readonly Moment[]): Promise<void> {
  const first = await ground.load();
  assert.equal(first.status, 0, first.stderr);
  const whole = await ground.state();
  const right = await ground.standing();
  assert.ok(right !== undefined);
  for (const moment of moments) {
    await ground.reset();
    const killed = await ground.load(await killer(ground, moment));
    const said = `${moment.at} call ${moment.call}`;
    assert.equal(killed.signal, 'SIGKILL', `${said}: ${killed.stderr}`);
    const found = await ground.standing();
    assert.ok(found === undefined || found === right, `${said}: it stands for ${found}`);
    const again = await ground.load();
    assert.equal(again.status, 0, `${said}: ${again.stderr}`);
    assert.deepEqual(await ground.state(), whole, said);
  }
}

async function killer({ folder, program }: KillGround, { call, at }: Moment): Promise<string> {
  const counted = await mkdtemp(path.join(folder, 'counted-'));
  const work = { before: '', after: 'real "$@";', midst: 'head -c 3000 | real "$@";' }[at];
  // Some calls are made at the same time; of two that make a folder only one has made it.
  const count = `n=1; until mkdir ${counted}/$n 2>/dev/null; do n=$((n + 1)); done`;
  const isIt =
    typeof call === 'number' ? `[ $n -eq ${call} ]` : `case " $* " in *" ${call} "*) ;; *) false ;; esac`;
  return lyingProgram(folder, program, `${count}; if ${isIt}; then ${work} kill -9 $PPID; exit 1; fi`);
}
