import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitStatus } from '../../src/base/failure.ts';
import { runWithMemory, type Figure } from './measure.ts';

const tests = 100_000;

/** Two reports of 100,000 tests each, of which a thousand fail on both sides and ten in the candidate alone. */
export async function judge(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  try {
    const [baseline, candidate] = [path.join(folder, 'baseline.xml'), path.join(folder, 'candidate.xml')];
    await writeFile(
      baseline,
      report((index) => index % 100 === 0),
    );
    await writeFile(
      candidate,
      report((index) => index % 100 === 0 || index % 10_000 === 1),
    );
    const words = ['judge', baseline, candidate, '--json'];
    const results = [];
    for (let round = 0; round < 3; round += 1)
      results.push(await runWithMemory(words, path.join(folder, 'memory')));
    if (results.some(({ status }) => status !== exitStatus.notProven))
      throw new Error('judge did not hold on ten suspects');
    const seconds = Math.min(...results.map((each) => each.seconds));
    const megabytes = Math.max(...results.map((each) => each.megabytes));
    const claim = `judge on 2 × ${tests.toLocaleString('en')} tests`;
    return [
      {
        claim: `${claim}: time`,
        measured: `${seconds.toFixed(2)} s`,
        peer: '',
        value: seconds,
        limit: 3,
        unit: 's',
      },
      {
        claim: `${claim}: peak memory`,
        measured: `${megabytes.toFixed(0)} MB`,
        peer: '',
        value: megabytes,
        limit: 300,
        unit: 'MB',
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As pytest writes it. */
function report(fails: (index: number) => boolean): string {
  const cases = Array.from({ length: tests }, (_, index) => {
    const open = `<testcase classname="tests.module_${index % 500}.TestCase" name="test_number_${index}" time="0.00${index % 10}"`;
    return fails(index)
      ? `${open}><failure message="assert ${index} == 0">def test(): assert ${index} == 0</failure></testcase>`
      : `${open} />`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="${tests}">${cases.join('\n')}</testsuite></testsuites>`;
}
