import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { inTurn, program, run, type Figure } from './measure.ts';

const filesTotal = 60_000;
const filesWithMentions = 2_000;
const rounds = 5;

/** How long finding all mentions of a large tree takes, beside `git grep` looking for one word in the same tree. */
export async function scan(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-bench-scan-'));
  try {
    await makeTree(folder);
    const [grep = 0, ours = 0] = await inTurn(
      [
        ['git', '-C', folder, 'grep', '-c', 'sha256:'],
        [process.execPath, program, 'scan', folder],
      ],
      rounds,
    );
    const counted = await run([process.execPath, program, 'scan', '--json', folder]);
    const found: unknown = JSON.parse(counted.stdout);
    const mentions =
      typeof found === 'object' && found !== null && 'mentions' in found && Array.isArray(found.mentions)
        ? found.mentions.length
        : 0;
    if (mentions !== filesWithMentions * 2) throw new Error(`${mentions} mentions were found`);
    return [
      {
        claim: `scan of ${filesTotal} files beside \`git grep -c sha256:\``,
        measured: `${(ours * 1000).toFixed(0)} ms`,
        peer: `${(grep * 1000).toFixed(0)} ms`,
        value: ours / grep,
        limit: 4,
        unit: 'ratio',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A repository whose files are mostly source code; every thirtieth names two images. */
async function makeTree(folder: string): Promise<void> {
  const code = 'export const value = compute("a text", 12345); // what it is for\n'.repeat(40);
  const digest = `sha256:${'5a'.repeat(32)}`;
  const endings = ['ts', 'md', 'py', 'go', 'txt', 'css', 'json', 'rs', 'yml', 'h'];
  for (let index = 0; index < filesTotal; index += 1) {
    const below = path.join(folder, `part-${index % 300}`);
    if (index < 300) mkdirSync(below);
    const isMention = index % (filesTotal / filesWithMentions) === 0;
    const name = isMention
      ? `deploy-${index}.yml`
      : `file-${index}.${endings[index % endings.length] ?? 'txt'}`;
    const text = isMention
      ? `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: registry.example.org/team/app-${index % 120}:1@${digest}\n    - image: debian:12\n`
      : endings[index % endings.length] === 'yml'
        ? 'key: value\nlist: [1, 2, 3]\n'.repeat(40)
        : code;
    writeFileSync(path.join(below, name), text);
  }
  const git = async (...words: readonly string[]): Promise<void> => {
    const { status } = await run([
      'git',
      '-C',
      folder,
      '-c',
      'user.name=x',
      '-c',
      'user.email=x@example.org',
      ...words,
    ]);
    if (status !== 0) throw new Error(`git ${words.join(' ')} failed`);
  };
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'tree');
}
