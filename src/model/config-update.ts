import * as z from 'zod';
import { invariant } from '../base/invariant.ts';
import { limits } from '../base/limits.ts';
import { count, givenName, plainText, text, variableName, variables } from './config-fields.ts';
import type { OuterLoop, OuterLoopStart } from './outer-loop.ts';
import type { UpdateSettings } from './update-settings.ts';

/** What lockkeeper.yaml says of `update`. Where a token goes is never said here: whoever changes the file could send it away. */

const branchError = 'the name of a branch such as lockkeeper/update';
// The part of git's grammar (git-check-ref-format) that every forge takes, and no option looks like.
const branch = text(branchError).regex(
  /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)))[A-Za-z0-9._/-]{1,200}(?<![/.])$/,
  { error: branchError },
);

const labelError = 'a label of at most 50 characters, without commas';
const label = plainText(labelError).regex(/^[^,\n]{1,50}$/, { error: labelError });

const words = (error: string): z.ZodArray<z.ZodString> =>
  z.array(plainText('a word of the command'), { error }).min(1, { error });

const github = z.strictObject(
  {
    workflow: text('the file name of a workflow such as outer.yml')
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_. -]*\.ya?ml$/, {
        error: 'the file name of a workflow such as outer.yml',
      })
      .meta({
        description: 'The file of a workflow with `workflow_dispatch`, on our branch.',
        examples: ['outer.yml'],
      }),
    inputs: variables()
      .default({})
      .meta({ description: 'Its inputs.', examples: [{ depth: 'full' }] }),
  },
  { error: 'a group of the keys workflow and inputs' },
);

const gitlab = z.strictObject(
  {
    variables: variables()
      .default({})
      .meta({
        description: 'Variables of the pipeline, by which its jobs know what they are asked for.',
        examples: [{ OUTER: '1' }],
      }),
  },
  { error: 'a group of the key variables' },
);

const azure = z.strictObject(
  {
    organization: text('the name of an organisation at dev.azure.com')
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,49}$/, { error: 'the name of an organisation at dev.azure.com' })
      .meta({ description: 'The organisation at dev.azure.com.', examples: ['our-team'] }),
    project: text('the name of a project').meta({ description: 'The project.', examples: ['public'] }),
    pipeline: count(1, 2 ** 31 - 1).meta({
      description: 'The number of the pipeline: `definitionId` in its URL.',
      examples: [154],
    }),
    parameters: variables()
      .default({})
      .meta({ description: 'Its template parameters.', examples: [{ depth: 'full' }] }),
  },
  { error: 'a group of the keys organization, project, pipeline and parameters' },
);

const comment = z.strictObject(
  {
    text: text('a comment such as /azp run outer').meta({
      description: 'What is written below the pull request. It is written once a commit.',
      examples: ['/azp run outer'],
    }),
    check: text('the name of a check').meta({
      description: 'The check that appears when it has started, or the beginning of its name.',
      examples: ['outer'],
    }),
  },
  { error: 'a group of the keys text and check' },
);

const commandError = 'a list of words: a program and its arguments';
const command = z.strictObject(
  {
    start: words(commandError).meta({
      description:
        'Starts a run in the folder of lockkeeper.yaml, and writes `{"id": "…", "url": "…"}` to its standard output. It gets LOCKKEEPER_BRANCH and LOCKKEEPER_COMMIT.',
      examples: [['tools/start-outer.sh']],
    }),
    state: words(commandError).meta({
      description:
        'Tells how a run stands: it gets LOCKKEEPER_RUN too, and writes `{"state": "running"}`, or passed, failed, neutral or errored.',
      examples: [['tools/outer-state.sh']],
    }),
    environment: z
      .array(variableName, { error: 'a list of names of variables' })
      .default([])
      .meta({
        description: 'Variables of our environment that both get, beside PATH and HOME.',
        examples: [['JENKINS_TOKEN']],
      }),
  },
  { error: 'a group of the keys start, state and environment' },
);

const loopError = 'a group of exactly one of github, gitlab, azure, comment and command, and required';
const kinds = ['github', 'gitlab', 'azure', 'comment', 'command'] as const;

const outerLoop = z
  .strictObject(
    {
      required: z
        .boolean({ error: 'true or false' })
        .default(true)
        .meta({ description: 'Without its pass a pull request is not ready.', examples: [false] }),
      github: github.optional().meta({
        description: 'A workflow of GitHub Actions in this repository.',
        examples: [{ workflow: 'outer.yml' }],
      }),
      gitlab: gitlab.optional().meta({
        description: 'A pipeline of this GitLab project.',
        examples: [{ variables: { OUTER: '1' } }],
      }),
      azure: azure.optional().meta({
        description: 'A pipeline of Azure DevOps, by its REST interface.',
        examples: [{ organization: 'our-team', project: 'public', pipeline: 154 }],
      }),
      comment: comment.optional().meta({
        description: 'Whatever a comment below the pull request starts.',
        examples: [{ text: '/azp run outer', check: 'outer' }],
      }),
      command: command.optional().meta({
        description: 'Whatever a program starts.',
        examples: [{ start: ['tools/start-outer.sh'], state: ['tools/outer-state.sh'] }],
      }),
    },
    { error: loopError },
  )
  .refine((loop) => kinds.filter((kind) => loop[kind] !== undefined).length === 1, { error: loopError });

export const updateSchema = z.strictObject(
  {
    forge: z
      .enum(['github', 'gitlab', 'none'], { error: 'github, gitlab or none' })
      .optional()
      .meta({
        description:
          'The kind of forge; told by the environment of the CI job or by the remote by default. `none` is plain git.',
        examples: ['github'],
      }),
    remote: text('the name of a git remote')
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, { error: 'the name of a git remote' })
      .default('origin')
      .meta({ description: 'The git remote that is pushed to.', examples: ['origin'] }),
    branch: branch
      .default('lockkeeper/update')
      .meta({ description: 'The branch of the update; it is ours.', examples: ['lockkeeper/update'] }),
    base: branch.optional().meta({
      description: 'The branch that pull requests go into; the forge’s default branch by default.',
      examples: ['main'],
    }),
    labels: z
      .array(label, { error: 'a list of labels' })
      .max(20, { error: 'at most 20 labels' })
      .default([])
      .meta({ description: 'Labels that our pull requests get.', examples: [['dependencies']] }),
    freeze: label.default('lockkeeper: freeze').meta({
      description: 'The label by which a person stops our pushes to a pull request.',
      examples: ['lockkeeper: freeze'],
    }),
    'outer-loops': z
      .record(givenName, outerLoop, { error: 'a group of outer loops by name' })
      .refine((loops) => Object.keys(loops).length <= limits.notedRunsMax, {
        error: `at most ${limits.notedRunsMax} outer loops`,
      })
      .default({})
      .meta({
        description:
          'Runs of CI that no push starts by itself. In texts, `{branch}` and `{commit}` become those of the update.',
        examples: [{ outer: { github: { workflow: 'outer.yml' } } }],
      }),
  },
  { error: 'a group of keys that say how pins are updated' },
);

type UpdateDocument = z.output<typeof updateSchema>;

/** Absent is undefined. */
export function updateSettingsOf({
  'outer-loops': loops,
  forge,
  base,
  ...rest
}: UpdateDocument): UpdateSettings {
  return {
    ...rest,
    forge,
    base,
    outerLoops: Object.entries(loops).map(([name, loop]) => outerLoopOf(name, loop)),
  };
}

function outerLoopOf(name: string, loop: z.output<typeof outerLoop>): OuterLoop {
  const { required } = loop;
  const by: readonly OuterLoopStart[] = [
    ...(loop.github === undefined ? [] : [{ kind: 'github', ...loop.github } as const]),
    ...(loop.gitlab === undefined ? [] : [{ kind: 'gitlab', ...loop.gitlab } as const]),
    ...(loop.azure === undefined ? [] : [{ kind: 'azure', ...loop.azure } as const]),
    ...(loop.comment === undefined ? [] : [{ kind: 'comment', ...loop.comment } as const]),
    ...(loop.command === undefined ? [] : [commandOf(loop.command)]),
  ];
  const [first] = by;
  invariant(first !== undefined, 'an outer loop without a start is refused');
  return { name, required, by: first };
}

function commandOf({ start, state, environment }: z.output<typeof command>): OuterLoopStart {
  return { kind: 'command', start: argvOf(start), state: argvOf(state), environment };
}

function argvOf([program, ...args]: readonly string[]): readonly [string, ...string[]] {
  invariant(program !== undefined, 'an empty command is refused');
  return [program, ...args];
}

/** Of a repository without a lockkeeper.yaml. */
export const defaultUpdateSettings: UpdateSettings = updateSettingsOf(updateSchema.parse({}));
