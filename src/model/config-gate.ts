import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { age, count, hostPath, size } from './config-fields.ts';
import { defaultRule } from './rule.ts';

export const gateSchema = z.strictObject(
  {
    engine: z
      .enum(['docker', 'podman'])
      .optional()
      .meta({
        description: 'The container engine; the first one that works by default, docker before podman.',
        examples: ['podman'],
      }),
    screen: count(1, limits.screenRunsMax)
      .default(defaultRule.screenRuns)
      .meta({
        description:
          'Runs of the whole suite on each side before anything is suspected. Three see what fails now and then better than one.',
        examples: [3],
      }),
    confirm: count(defaultRule.exonerateRuns, limits.confirmRunsMax)
      .default(defaultRule.confirmRuns)
      .meta({
        description: 'How often, at most, a suspected test is run again on each side.',
        examples: [6],
      }),
    errors: count(1, limits.errorRerunsMax)
      .default(defaultRule.errorRuns)
      .meta({
        description: 'How often, at most, a run is repeated in which the harness or the engine broke.',
        examples: [3],
      }),
    alpha: z
      .number({ error: 'a number above 0 and at most 0.2' })
      .gt(0, { error: 'a number above 0 and at most 0.2' })
      .max(0.2, { error: 'a number above 0 and at most 0.2' })
      .default(defaultRule.alpha)
      .meta({
        description: 'How often, at most, a set of identical images may be rejected by chance.',
        examples: [0.05],
      }),
    'lost-coverage': z
      .enum(['block', 'allow'])
      .default(defaultRule.lostCoverage)
      .meta({
        description: 'Whether a test that passed on the baseline and did not run on the candidate blocks it.',
        examples: ['block'],
      }),
    parallel: z
      .boolean({ error: 'true or false' })
      .default(false)
      .meta({
        description: 'Run both sides at the same time; they then share the machine.',
        examples: [true],
      }),
    memory: size.prefault('4g').meta({
      description: 'Memory of one trial.',
      examples: ['4g'],
    }),
    cpus: z
      .number({ error: 'a number of processors, such as 2 or 1.5' })
      .min(0.1, { error: 'a number of processors, at least 0.1' })
      .max(1024, { error: 'a number of processors, at most 1024' })
      .optional()
      .meta({
        description: 'Processors of one trial; all of the machine’s by default.',
        examples: [2],
      }),
    pids: count(16, 4_000_000)
      .default(limits.trialPidsDefault)
      .meta({
        description: 'Processes and threads that one trial may have at a time.',
        examples: [4096],
      }),
    disk: size.prefault('4g').meta({
      description: 'What one trial may write, its copy of the source included.',
      examples: ['4g'],
    }),
    ledger: hostPath.optional().meta({
      description:
        'A folder, relative to lockkeeper.yaml, in which a gate leaves what later ones may use: which tests contradicted themselves, and runs on images in use. Let CI keep it from job to job; who may write there is believed. `--ledger` takes its place.',
      examples: ['.lockkeeper'],
    }),
    reuse: age.prefault('24h').meta({
      description:
        'How old a run on the baseline may be to stand for its screen; it is found in the ledger. `0s`: the baseline is always run.',
      examples: ['24h'],
    }),
  },
  { error: 'a group of keys that say how the gate judges' },
);
