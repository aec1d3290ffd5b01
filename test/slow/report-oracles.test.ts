import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as z from 'zod';
import { reportDocument } from '../../src/cli/report/document.ts';
import { renderJunit } from '../../src/cli/report/junit.ts';
import { renderSarif } from '../../src/cli/report/sarif.ts';
import { requirePeer } from '../support/peers.ts';
import { sampleReports } from '../support/sample-report.ts';

/** What others make of our reports: the published schema of SARIF, and a reader of JUnit XML that is not ours. */

async function folderWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-oracles-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

// The schema is draft 4, which ajv reads but for the name of its id; one of its patterns is no regular expression of Unicode.
const validator = `
const { readFileSync } = require('node:fs');
const Ajv = require('ajv').default;
const { $schema, id, ...schema } = JSON.parse(readFileSync(
  'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'));
const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });
require('ajv-formats').default(ajv);
const validate = ajv.compile(schema);
const faults = (file) => (validate(JSON.parse(readFileSync(file, 'utf8'))) ? [] : validate.errors);
console.log(JSON.stringify(Object.fromEntries(process.argv.slice(1).map((file) => [file, faults(file)]))));
`;

test('every SARIF file fits the schema that Microsoft ships, and a broken one does not', async (t) => {
  if (!requirePeer('npm', t)) return;
  const sarif = Object.entries(sampleReports).map(
    ([name, make]) => [`${name}.sarif`, renderSarif(reportDocument(make()))] as const,
  );
  const broken = renderSarif(reportDocument(sampleReports.held())).replace('"error"', '"worse"');
  const folder = await folderWith(t, {
    'package.json': '{}',
    ...Object.fromEntries(sarif),
    'no.sarif': broken,
  });
  const wanted = ['@microsoft/jest-sarif@1.0.0-beta.0', 'ajv@8.17.1', 'ajv-formats@3.0.1'];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 300_000,
  });
  const names = [...sarif.map(([name]) => name), 'no.sarif'];
  const said = execFileSync(process.execPath, ['-e', validator, ...names], { cwd: folder, encoding: 'utf8' });
  const faults = z.record(z.string(), z.array(z.unknown())).parse(JSON.parse(said));
  for (const [name] of sarif) assert.deepEqual(faults[name], [], name);
  assert.notDeepEqual(faults['no.sarif'], []);
  t.diagnostic(`${sarif.length} files`);
});

const reader = `
import json, sys
from junitparser import JUnitXml
def tally(file):
    cases = [case for suite in JUnitXml.fromfile(file) for case in suite]
    of = lambda name: sum(any(type(result).__name__ == name for result in case.result) for case in cases)
    xml = JUnitXml.fromfile(file)
    return {'seen': [len(cases), of('Failure'), of('Error'), of('Skipped')],
            'said': [xml.tests, xml.failures, xml.errors, xml.skipped]}
print(json.dumps({file: tally(file) for file in sys.argv[1:]}))
`;

test('junitparser sees as many tests, failures, errors and skips as each JUnit file says that it holds', async (t) => {
  if (!requirePeer('junitparser', t)) return;
  const files = Object.entries(sampleReports).map(
    ([name, make]) => [`${name}.xml`, renderJunit(make())] as const,
  );
  const folder = await folderWith(t, Object.fromEntries(files));
  const names = files.map(([name]) => name);
  const said = execFileSync('/usr/bin/python3', ['-c', reader, ...names], { cwd: folder, encoding: 'utf8' });
  const four = z.array(z.int()).length(4);
  const tallies = z.record(z.string(), z.strictObject({ seen: four, said: four })).parse(JSON.parse(said));
  for (const name of names) {
    assert.deepEqual(tallies[name]?.seen, tallies[name]?.said, name);
    assert.ok((tallies[name]?.seen[0] ?? 0) > 0, name);
  }
  t.diagnostic(`${names.length} files`);
});
