import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run, type EventData } from 'node:test';
import { dot, spec, type TestEvent } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { addOutcomes, judgeReport, noTests } from './test-outcome.ts';

/**
 * One `node:test` run in a process of its own: prints it and leaves its outcome as JSON. No outcome means that the
 * process died, or that a test ended it.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      /** One process a file, one after the other; otherwise all in this process. */
      isolated: { type: 'boolean', default: false },
      'timeout-ms': { type: 'string', default: '60000' },
      outcome: { type: 'string', default: '' },
    },
  });
  const root = process.cwd();
  const stream = run({
    files: positionals.map((file) => resolve(root, file)),
    isolation: values.isolated ? 'process' : 'none',
    concurrency: 1,
    timeout: Number(values['timeout-ms']),
  });
  let outcome = noTests;
  const take = (data: EventData.TestPass | EventData.TestFail, passed: boolean): void => {
    if (data.details.type === 'suite') return;
    const file = relative(root, data.file ?? '');
    // A file is reported by whatever path it was asked for.
    const name = data.nesting === 0 && resolve(root, data.name) === data.file ? file : data.name;
    outcome = addOutcomes(outcome, judgeReport({ name, file, passed, skip: data.skip, todo: data.todo }));
  };
  stream.on('test:pass', (data) => take(data, true));
  stream.on('test:fail', (data) => take(data, false));
  stream.on('test:summary', ({ file }) => {
    if (file === undefined) writeFileSync(values.outcome, JSON.stringify(outcome));
  });
  if (values.isolated) await pipeline(stream, withoutCounts, spec(), process.stdout, { end: false });
  else for await (const text of dot(eventsOf(stream))) process.stdout.write(text);
}

async function* eventsOf(stream: ReturnType<typeof run>): AsyncGenerator<TestEvent, void> {
  yield* stream;
}

/** Without what a run ends with, which the outcome says of all runs together. What a test says has a file. */
async function* withoutCounts(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent, void> {
  for await (const event of events)
    if (event.type !== 'test:diagnostic' || event.data.file !== undefined) yield event;
}

await main();
