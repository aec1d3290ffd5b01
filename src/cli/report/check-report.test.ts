import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { digestNamed, mentionOf } from '../../../test/support/sample-mentions.ts';
import { isFailure } from '../../base/failure.ts';
import type { CheckOutcome } from '../../flows/check.ts';
import type { PinFinding } from '../../model/plan.ts';
import { checkDocument } from '../print/check.ts';
import { checkReportNames, writeCheckReports } from './check-report.ts';

const finding = (kind: PinFinding['kind'], text: string): PinFinding => ({
  kind,
  severity: kind === 'stale' ? 'warning' : 'error',
  file: 'ci/a.yaml',
  mention: mentionOf(text, { file: 'ci/a.yaml' }),
  message: `${text} is ${kind}`,
  remedy: 'mend it',
  failure: undefined,
});

const outcome: CheckOutcome = {
  survey: {
    dockerfiles: [],
    jobs: [],
    recipes: [],
    toolchains: [],
    mentions: [],
    notRead: [],
    files: { listed: 1, read: 1 },
  },
  findings: [
    finding('stale', `node@${digestNamed('node')}`),
    finding('unpinned', 'pg'),
    finding('unpinned', 'pg'),
    { ...finding('not-read', 'b.yaml'), severity: 'warning', file: 'ci/b.yaml', mention: undefined },
  ],
  below: 'services/',
};

async function written(name: string): Promise<{ readonly text: string; readonly said: string }> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'lockkeeper-check-report-'));
  let said = '';
  const stderr = {
    write: (text: string): void => void (said += text),
    isTerminal: false,
    colour: false,
    columns: 80,
  };
  try {
    const report = { outcome, exit: 3, startedAt: '2026-01-02T03:04:05Z' } as const;
    await writeCheckReports([name, name], report, { stderr, quiet: false, cwd });
    return { text: name === 'github' ? '' : await readFile(path.join(cwd, name), 'utf8'), said };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('annotations stand at the very place, from the root of the repository, the worst kind first', async () => {
  const { said } = await written('github');
  const lines = said.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => /^::\w+ file=[^,]*/.exec(line)?.[0]),
    [
      '::error file=services/ci/a.yaml',
      '::error file=services/ci/a.yaml',
      '::warning file=services/ci/a.yaml',
      '::warning file=services/ci/b.yaml',
    ],
  );
  assert.match(lines[0] ?? '', /,col=1,endColumn=3,title=Unpinned%3A no digest::pg is unpinned%0Amend it$/);
});

const sarif = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
      results: z.array(z.object({ partialFingerprints: z.object({ primaryLocationLineHash: z.string() }) })),
      invocations: z.tuple([z.object({ exitCode: z.int() })]),
    }),
  ]),
});

async function sarifRun(name: string): Promise<z.infer<typeof sarif>['runs'][0]> {
  return sarif.parse(JSON.parse((await written(name)).text)).runs[0];
}

test('SARIF tells rules, and the same finding in the next run', async () => {
  const run = await sarifRun('a/check.sarif');
  assert.deepEqual(
    run.tool.driver.rules.map(({ id }) => id),
    ['unpinned', 'stale', 'not-read'],
  );
  const hashes = run.results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
  assert.equal(new Set(hashes).size, 4);
  assert.deepEqual((await sarifRun('b.sarif')).results, run.results);
  assert.equal(run.invocations[0].exitCode, 3);
});

test('JSON is the document of --json, and standard error says that it was written', async () => {
  const { text, said } = await written('check.json');
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(checkDocument(outcome))));
  assert.equal(said, 'wrote check.json\n');
});

test('a report that nobody knows is refused before any work is done', () => {
  assert.doesNotThrow(() => checkReportNames(['a.sarif', 'github', 'b.json']));
  assert.throws(
    () => checkReportNames(['a.html']),
    (error: unknown) => isFailure(error, 'usage') && error.hint?.includes('.sarif .json') === true,
  );
});
