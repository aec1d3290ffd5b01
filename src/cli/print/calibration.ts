import { limits } from '../../base/limits.ts';
import { durationText, shareText } from '../../base/quantity.ts';
import { formatTable, type Cell } from '../../base/table.ts';
import { plural, safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { CalibratedUnit, Calibration, Forecast, UnsteadyTest } from '../../model/calibration.ts';
import { painter, type Paint } from './paint.ts';

export interface CalibrationLook {
  readonly colour: boolean;
  readonly columns: number;
}

/** For people: what differs from run to run, what that does to a gate, and what to do about it. */
export function calibrationText(
  { units, notices, ledger }: Calibration,
  screenNow: number,
  { colour, columns }: CalibrationLook,
): string {
  const paint = painter(colour);
  const remembers = ledger !== undefined;
  const lines = units.flatMap((unit) => [...unitLines(unit, { paint, columns, screenNow, remembers }), '']);
  const kept = units.reduce((sum, { unsteady }) => sum + unsteady.filter(contradicts).length, 0);
  const written =
    ledger === undefined || kept === 0
      ? []
      : [
          `${plural(kept, 'test')} that ${kept === 1 ? 'contradicts itself is' : 'contradict themselves are'} in the ledger ${safeLine(ledger)} for ${limits.contradictionMsMax / 86_400_000} days.`,
        ];
  const told = notices.map((notice) => `note: ${safeLine(notice)}`);
  const ending = [...written, ...told].flatMap((line) => wrapToWidth(line, columns));
  return `${[...lines, ...ending].join('\n').trimEnd()}\n`;
}

interface Look {
  readonly paint: Paint;
  readonly columns: number;
  readonly screenNow: number;
  readonly remembers: boolean;
}

function unitLines(unit: CalibratedUnit, look: Look): readonly string[] {
  const { suite, image, platform, reference, digest, rounds, runs, medianMs, unsteady, unseen } = unit;
  const { paint, columns } = look;
  const broke = [
    ...(runs.broken === 0 ? [] : [`${runs.broken} broke`]),
    ...(runs.engine === 0 ? [] : [`the engine broke ${runs.engine}`]),
  ];
  const ran = `${plural(runs.whole, 'whole run')}, ${plural(rounds, 'pair')}, about ${durationText(medianMs)} each${broke.map((each) => `; ${each}`).join('')}`;
  const head = [
    paint('bold', `${safeLine(suite)} on ${safeLine(image)} (${safeLine(platform)})`),
    ...wrapToWidth(`${safeLine(reference)}, ${digest.slice(0, 19)}…`, columns),
    ran,
  ];
  if (runs.whole === 0) return [...head, paint('yellow', 'No run came to its end: there is nothing to say.')];
  return [
    ...head,
    ...wrapToWidth(testsSentence(unit), columns),
    ...(unsteady.length === 0 ? [] : ['', ...testTable(unsteady, rounds, columns)]),
    '',
    ...wrapToWidth(
      `One that differs in more than ${shareText(unseen)} of the runs would have been seen to, 19 times in 20.`,
      columns,
    ),
    ...forecastLines(unit, look),
  ];
}

function testsSentence({ steady, alike, unsteady }: CalibratedUnit): string {
  const others = alike === 0 ? '' : `, ${alike} ${alike === 1 ? 'does' : 'do'} something else in every run`;
  return `${plural(steady, 'test')} ${steady === 1 ? 'passes' : 'pass'} in every run${others}, ${unsteady.length === 0 ? 'none differs from run to run.' : `${unsteady.length} ${unsteady.length === 1 ? 'differs' : 'differ'} from run to run${unsteady.length > testsShown ? `; the first ${testsShown}` : ''}:`}`;
}

// More than this nobody reads on a terminal; --json has all.
const testsShown = 20;

function testTable(unsteady: readonly UnsteadyTest[], rounds: number, columns: number): readonly string[] {
  const rows = unsteady.slice(0, testsShown).map((each): readonly Cell[] => {
    const { passed, failed, errored, skipped, missing, contradicted, test } = each;
    const all = passed + failed + errored + skipped + missing;
    const of = (count: number): string => (count === 0 ? '-' : shareText(count / all));
    return [
      of(failed),
      of(errored),
      of(skipped),
      of(missing),
      `${contradicted} of ${rounds}`,
      safeLine(test),
    ];
  });
  const right = { align: 'right' } as const;
  const header = ['fails', 'errs', 'skipped', 'missing', 'pairs', 'test'];
  return formatTable([right, right, right, right, right, { shrinks: true }], [header, ...rows], columns);
}

function forecastLines({ forecasts, proposal, draws }: CalibratedUnit, look: Look): readonly string[] {
  const { paint, columns, screenNow, remembers } = look;
  const header = ['gate.screen', 'held', 'rejected', 'with ledger: held', 'rejected', 'catches', 'runs'];
  const rows = forecasts.map(({ screen, alone, withLedger, caught, runs }: Forecast): readonly Cell[] => [
    `${screen}${screen === screenNow ? ' (now)' : ''}`,
    shareText(alone.held),
    shareText(alone.rejected),
    shareText(withLedger.held),
    shareText(withLedger.rejected),
    shareText(caught),
    runs.toFixed(1),
  ]);
  const right = { align: 'right' } as const;
  const said = `Of images that are as good, what a gate would hold and reject by chance; of tests that drop from always to half, what it catches; runs of the suite a gate, reruns and both sides together. From ${draws} simulated gates each.`;
  const proposed =
    proposal === undefined
      ? []
      : wrapToWidth(
          `→ gate.screen: ${proposal.screen}${proposal.screen === screenNow ? ', as it is' : ` in place of ${screenNow}`}: ${safeLine(proposal.because)}${remembers ? '' : ' (without a ledger)'}`,
          columns,
        );
  return [
    '',
    ...formatTable([{}, right, right, right, right, right, right], [header, ...rows], columns),
    '',
    ...wrapToWidth(said, columns).map((line) => paint('dim', line)),
    '',
    ...proposed.map((line) => paint('bold', line)),
  ];
}

/** As the ledger counts it: whatever else differs is told, and not remembered. */
function contradicts({ passed, failed }: UnsteadyTest): boolean {
  return passed > 0 && failed > 0;
}

/** Foreign text, fit for one line of a terminal and of a CI system's log. */
