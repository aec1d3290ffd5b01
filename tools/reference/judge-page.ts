import { defaultRule } from '../../src/model/rule.ts';
import { shareOf, type JudgeFigures } from './judge-figures.ts';
import { drawPlot } from './judge-plot.ts';
import { table } from './markdown.ts';

const ours = ['one screen', 'three screens', 'one screen, with a ledger'] as const;
const plain = ['all must pass', 'one against one', 'candidate tried five times'] as const;
const all = [...ours, ...plain] as const;
const flakyCounts = [0, 5, 15, 30] as const;
const drops = [0, 0.2, 0.5, 0.8, 0.95] as const;

const meanings: Readonly<Record<(typeof all)[number], string>> = {
  'one screen': 'the judge as it is by default',
  'three screens': 'the judge with `gate.screen: 3`',
  'one screen, with a ledger': 'the judge, where earlier gates saw each of these tests contradict itself',
  'all must pass': 'the candidate runs once, and any failure blocks: the usual absolute gate',
  'one against one': 'both run once, and a test that passes before and fails now blocks',
  'candidate tried five times': 'the candidate alone is run again until a test passes, up to five tries',
};

/** docs/reference/judge.md */
export function judgePage(figures: JudgeFigures): string {
  const { trials, seed, judge } = figures;
  const judgements = trials.toLocaleString('en');
  return [
    '# How often the judge is wrong',
    '',
    `A gate errs in two ways: it stops an image that is as good as the old one, or it lets one pass that is worse. These are the rates for the judge as it ships, and for three plain rules beside it. Each figure is the share of ${judgements} simulated judgements (seed ${seed}); the runs of a simulation are independent of each other, which those of a real suite are not always. The simulator only makes up what the tests do; what to run again, and what to conclude, is decided by the code of \`src/stages/judge\`, which had the digest \`${judge.slice(0, 19)}…\` when it was measured. \`node test/bench/measure-judge.ts\` measures anew, and \`npm run docs\` draws this page from its figures.`,
    '',
    ...table(
      ['rule', 'what it does'],
      all.map((rule) => [rule, meanings[rule]]),
    ),
    '',
    '## Identical images',
    '',
    'Both images are the same, so whatever is stopped is stopped by chance. Each suite holds five sound tests beside its flaky ones; of fifteen flaky tests ten pass 99 times in 100, four 95 times and one 80 times.',
    '',
    '![Share of identical images that are stopped, by the number of flaky tests in the suite](judge-identical.svg)',
    '',
    ...stopTable(figures, flakyCounts, (count) => [`${count} flaky tests`, `identical, ${count} flaky`]),
    '',
    'Rejected and held apart, for the judge: a hold asks a person to look, a reject says that the image is worse.',
    '',
    ...table(
      ['suite', ...ours.flatMap((rule) => [`${rule}: rejected`, 'held'])],
      flakyCounts.map((count) => [
        `${count} flaky tests`,
        ...ours.flatMap((rule) => {
          const { rejected, held } = shareOf(figures, `identical, ${count} flaky`, rule);
          return [percentText(rejected), percentText(held)];
        }),
      ]),
    ),
    '',
    '## An image that is worse',
    '',
    'One test of six always passed on the baseline, and passes less often on the candidate. Caught is what is rejected or held. A rule that runs both sides once catches every failure that it happens to see; that is why it also stops so many identical images.',
    '',
    '![Share of worse images that are caught, by how often the test still passes](judge-worse.svg)',
    '',
    ...stopTable(figures, drops, (to) => [`passes ${wholePercent(to)} of the time now`, `drops to ${to}`]),
    '',
    '## A test that fails on both',
    '',
    ...stopTable(figures, ['fails on both'], (name) => ['one test fails on both images', name]),
    '',
    '## What it costs',
    '',
    'Runs of the suite a judgement, both images together; a run that confirms has the suspects only, where the suite can run some tests alone.',
    '',
    ...table(
      ['suite', ...all],
      [
        ['all tests sound', 'identical, 0 flaky'],
        ['15 flaky tests', 'identical, 15 flaky'],
        ['one test is broken', 'drops to 0'],
      ].map(([label = '', scenario = '']) => [
        label,
        ...all.map((rule) => shareOf(figures, scenario, rule).runs.toFixed(2)),
      ]),
    ),
    '',
    `A suspect is run again up to ${defaultRule.confirmRuns} times a side. ${defaultRule.exonerateRuns} clean runs of the candidate clear it, and it takes ${defaultRule.exonerateRuns} failures at least, by Fisher's exact test at ${defaultRule.alpha} under Holm's correction, to convict it. So a drop from always to four times in five mostly goes unseen with one screen; every report says what its gate could not have seen.`,
    '',
  ].join('\n');
}

function stopTable<Row>(
  figures: JudgeFigures,
  rows: readonly Row[],
  name: (row: Row) => readonly [label: string, scenario: string],
): readonly string[] {
  return table(
    ['', ...all],
    rows.map((row) => {
      const [label, scenario] = name(row);
      return [label, ...all.map((rule) => percentText(shareOf(figures, scenario, rule).blocked))];
    }),
  );
}

/** `0.13 %`; a share that is not zero is never shown as zero. */
function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  return `${percent < 1 ? percent.toPrecision(2) : percent < 99 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

function wholePercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** docs/reference/judge-identical.svg */
export function identicalPlot(figures: JudgeFigures): string {
  return drawPlot({
    title: 'Identical images that are stopped by chance',
    below: 'flaky tests in the suite',
    marks: flakyCounts.map(String),
    lines: all.map((label) => ({
      label,
      values: flakyCounts.map((count) => shareOf(figures, `identical, ${count} flaky`, label).blocked),
    })),
  });
}

/** docs/reference/judge-worse.svg */
export function worsePlot(figures: JudgeFigures): string {
  return drawPlot({
    title: 'Worse images that are caught',
    below: 'how often the broken test still passes',
    marks: drops.map(wholePercent),
    lines: all.map((label) => ({
      label,
      values: drops.map((to) => shareOf(figures, `drops to ${to}`, label).blocked),
    })),
  });
}
