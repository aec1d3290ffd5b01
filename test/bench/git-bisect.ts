import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * How often `git bisect run` runs its command, over several searches in a line of `count` commits after a good one; at
 * each of `places` one of them is the first bad one.
 */
export function gitBisectRuns(count: number, places: readonly number[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-bench-bisect-'));
  const git = (...words: readonly string[]): string => {
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@localhost'];
    const ended = spawnSync('git', ['-C', folder, ...author, ...words], { encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`git ${words.join(' ')}: ${ended.stderr}`);
    return ended.stdout;
  };
  try {
    git('init', '-q', '-b', 'main');
    for (let commit = 0; commit <= count; commit += 1) {
      writeFileSync(path.join(folder, 'number'), `${commit}\n`);
      git('add', 'number');
      git('commit', '-q', '-m', String(commit));
    }
    const runs = path.join(folder, '.git/runs');
    writeFileSync(runs, '');
    for (const place of places) {
      git('bisect', 'start', 'main', `main~${count}`);
      const said = git('bisect', 'run', 'sh', '-c', `echo >> .git/runs; test "$(cat number)" -le ${place}`);
      if (!said.includes('is the first bad commit')) throw new Error(said);
      const found = git('show', '-s', '--format=%s', 'refs/bisect/bad').trim();
      if (found !== String(place + 1)) throw new Error(`git found ${found}, not ${place + 1}`);
      git('bisect', 'reset', 'main');
    }
    return readFileSync(runs, 'utf8').length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
