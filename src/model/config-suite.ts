import * as z from 'zod';
import {
  command,
  timeout,
  fileGlob,
  hostPath,
  mountPath,
  names,
  text,
  user,
  variables,
  workPath,
} from './config-fields.ts';
import { reportFormats } from './report-format.ts';

export const resultsSchema = z.strictObject(
  {
    format: z.enum([...reportFormats, 'exit-status']).meta({
      description:
        'JUnit XML, TAP, CTRF JSON, what `go test -json` writes, or only whether the command succeeds. `exit-status` cannot tell one failing test from another. docs/guides/results.md says what is read from each.',
      examples: ['junit'],
    }),
    files: fileGlob.optional().meta({
      description:
        'Which files are the report, relative to `workdir` or absolute: `*` within a folder, `**` across folders, `?` one character, `{a,b}` either. Files of the source that match are not copied in.',
      examples: ['out/*.xml'],
    }),
    stdout: z
      .literal(true, { error: 'true, or left out' })
      .optional()
      .meta({
        description: 'The report is what the command writes to standard output. Takes the place of `files`.',
        examples: [true],
      }),
  },
  { error: 'a group of keys such as {format: junit, files: "out/*.xml"}' },
);

const rerun = z.strictObject(
  {
    command: command.meta({
      description:
        'The command that runs some tests only. `{tests}` stands for them: quoted words in a line, an element of its own in a list.',
      examples: ['pytest --junitxml=out/junit.xml {tests}'],
    }),
    test: text('a pattern such as {file}::{name}')
      .default('{name}')
      .meta({
        description:
          'How the command wants one test, made from `{file}`, `{class}` and `{name}` of the report.',
        examples: ['{file}::{name}'],
      }),
    separator: text('a text')
      .optional()
      .meta({
        description:
          'What stands between two tests where the command takes them in one word; each is a word of its own by default.',
        examples: ['|'],
      }),
  },
  { error: 'a group of keys that say how some tests are run again' },
);

export const suiteSchema = z.strictObject(
  {
    command: command.meta({
      description: 'What to run in the image: a line for `sh -c`, or a list of words that is run as it is.',
      examples: ['pytest -q --junitxml=out/junit.xml', ['npm', 'test']],
    }),
    source: z
      .union([hostPath, z.literal(false)], { error: 'a folder, or false for nothing' })
      .default('.')
      .meta({
        description:
          'The folder whose files are copied afresh into each trial, relative to lockkeeper.yaml; `false` for none.',
        examples: ['.', false],
      }),
    mount: mountPath.default('/work').meta({
      description: 'Where the copy lies in the container.',
      examples: ['/work'],
    }),
    workdir: workPath.default('.').meta({
      description: 'Where the command starts, relative to `mount` or absolute.',
      examples: ['packages/core'],
    }),
    env: variables()
      .default({})
      .meta({
        description: 'Environment of the command. Values are taken as they are written.',
        examples: [{ CI: 'true' }],
      }),
    results: resultsSchema.default({ format: 'exit-status' }).meta({
      description: 'Where the command leaves what each test did.',
      examples: [
        { format: 'junit', files: 'out/*.xml' },
        { format: 'tap', stdout: true },
      ],
    }),
    rerun: rerun.optional().meta({
      description: 'How some tests are run again by themselves; the whole suite runs again by default.',
      examples: [{ command: 'pytest --junitxml=out/junit.xml {tests}', test: '{file}::{name}' }],
    }),
    timeout: timeout.prefault('30m').meta({
      description: 'How long one run may take, at most 24h.',
      examples: ['30m'],
    }),
    network: z
      .enum(['none', 'default'])
      .default('none')
      .meta({
        description:
          '`none`: the trial has no network. `default`: the engine’s own, for suites that fetch what they need.',
        examples: ['default'],
      }),
    user: user.optional().meta({
      description: 'The user of the command: a name, or uid:gid; the image’s own by default.',
      examples: ['1000:1000'],
    }),
    'must-pass': names('a list of globs over test names')
      .default([])
      .meta({
        description:
          'Globs over test names; each must be seen to pass in the candidate, whatever the baseline does.',
        examples: [['*::test_boot']],
      }),
    sentinel: command.optional().meta({
      description:
        'A command that must fail in a sound image. Where it passes, the image lies about exit statuses and is refused.',
      examples: ['pytest tests/must_fail.py'],
    }),
  },
  { error: 'a group of keys that describe a suite' },
);
