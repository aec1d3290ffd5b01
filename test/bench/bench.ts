import process from 'node:process';
import { formatTable } from '../../src/base/table.ts';
import { bisect } from './bisect.ts';
import { bundles } from './bundles.ts';
import { diff } from './diff.ts';
import { gateOverhead } from './gate-overhead.ts';
import { judgeCharacteristics } from './judge-characteristics.ts';
import { judgeStage } from './judge-stage.ts';
import { judge } from './judge.ts';
import { lifecycleProbe } from './lifecycle-probe.ts';
import { loadContainerd } from './load-containerd.ts';
import { checkout, run, type Figure } from './measure.ts';
import { parity } from './parity.ts';
import { pin } from './pin.ts';
import { scan } from './scan.ts';
import { serveRegistry } from './serve-registry.ts';
import { startup } from './startup.ts';
import { updateQuiet } from './update-quiet.ts';
import { update } from './update.ts';

/** All published figures; `npm run bench NAME` measures those of one file. Exits with 3 when one is not reached. */
const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  startup,
  judge,
  'judge-stage': judgeStage,
  'judge-characteristics': judgeCharacteristics,
  scan,
  pin,
  diff,
  'load-containerd': loadContainerd,
  'serve-registry': serveRegistry,
  'gate-overhead': gateOverhead,
  bundles,
  bisect,
  parity,
  'lifecycle-probe': lifecycleProbe,
  update,
  'update-quiet': updateQuiet,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}`);
process.stderr.write('emitting what is published …\n');
const emitted = await run([process.execPath, 'tools/emit.ts'], { cwd: checkout });
if (emitted.status !== 0) throw new Error('the program cannot be emitted');
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  figures.push(...(await measure()));
}
const rows = figures.map(({ claim, measured, peer, value, limit, unit }) => [
  claim,
  measured,
  peer,
  value.toFixed(2),
  `≤ ${Number(limit.toFixed(3))} ${unit === 'ratio' ? '×' : unit}`,
  value <= limit ? 'reached' : 'NOT reached',
]);
const columns = [
  {},
  { align: 'right' },
  { align: 'right' },
  { align: 'right' },
  { align: 'right' },
  {},
] as const;
const table = formatTable(columns, [['claim', 'measured', 'peer', 'value', 'to reach', ''], ...rows], 140);
process.stdout.write(`${table.join('\n')}\n`);
// A figure that is no number was not reached.
if (!figures.every(({ value, limit }) => value <= limit)) process.exitCode = 3;
