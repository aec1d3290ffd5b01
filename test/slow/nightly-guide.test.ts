import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import type { WorldRight } from '../../src/adapters/forge/memory-world.ts';
import { runCommand } from '../../src/base/command.ts';
import { ForgeNight, type NightForge } from '../support/forge-night.ts';
import { sharedServedRegistry } from '../support/served-registry.ts';

/** The commands of docs/guides/nightly.md as its runners run them: with a shell, and with the variables that the guide sets. */

const checkout = path.join(import.meta.dirname, '../..');
const guide = `\n${readFileSync(path.join(checkout, 'docs/guides/nightly.md'), 'utf8')}`;
const registry = sharedServedRegistry();
const { version } = z
  .looseObject({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8')));
const install = `npm install --global lockkeeper@${version}`;

/** The first block of a language below a heading. */
function block(heading: string, language: string): string {
  const at = guide.indexOf(`\n${heading}\n`);
  assert.ok(at >= 0, heading);
  const [, text] = new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'm').exec(guide.slice(at)) ?? [];
  assert.ok(text !== undefined, `${heading} has ${language}`);
  return text;
}

/** Commands in a shell of their own, and what the workflow sets for them. */
interface Step {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

class Runner {
  readonly night: ForgeNight;
  readonly #bin: string;

  private constructor(night: ForgeNight, bin: string) {
    this.night = night;
    this.#bin = bin;
  }

  /** Two images are pinned, and one has moved. `npm install` finds the program of this checkout. */
  static async make(t: TestContext, kind: NightForge['kind']): Promise<Runner> {
    const night = await ForgeNight.open(t, kind, { served: await registry(), names: ['a', 'b'] });
    await night.move('a');
    const bin = path.join(night.folder, 'bin');
    await mkdir(bin);
    const program = path.join(checkout, 'bin/lockkeeper.ts');
    for (const [name, text] of [
      [
        'npm',
        `[ "$*" = 'install --global lockkeeper@${version}' ] && mv "$0-lockkeeper" "${bin}/lockkeeper"`,
      ],
      ['npm-lockkeeper', `exec '${process.execPath}' '${program}' "$@"`],
    ] as const) {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${text}\n`);
      await chmod(path.join(bin, name), 0o755);
    }
    // What listens on loopback has no certificate.
    await writeFile(path.join(night.folder, '.gitconfig'), '[url "http://"]\n  insteadOf = https://\n');
    return new Runner(night, bin);
  }

  /** The variables of every job, without a token. */
  get job(): Readonly<Record<string, string>> {
    const { GITHUB_TOKEN: _github, GITLAB_TOKEN: _gitlab, ...rest } = this.night.environment;
    const { host } = new URL(this.night.http.url);
    const gitlab = { CI_SERVER_HOST: host, CI_PROJECT_PATH: 'team/project' };
    return {
      ...rest,
      ...(this.night.forge.kind === 'gitlab' && gitlab),
      ...(this.night.forge.kind === 'github' && { GITHUB_STEP_SUMMARY: this.summary }),
      PATH: `${this.#bin}:${process.env['PATH'] ?? ''}`,
    };
  }

  get summary(): string {
    return path.join(this.night.folder, 'summary.md');
  }

  get token(): string {
    return this.night.forge.fake.token;
  }

  /** All that people see, and the branch. */
  #seen(): unknown {
    const { world, tip } = this.night;
    return structuredClone({
      tip,
      pulls: [...world.pullRequests.values()],
      issues: [...world.issues.values()],
      checks: [...world.checks],
    });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const { script, env } of steps) {
      const ended = await runCommand({
        program: 'sh',
        args: ['-e', '-c', script],
        cwd: this.night.clone,
        env: { ...this.job, ...env },
        timeoutMs: 120_000,
      });
      assert.equal(ended.status, 0, `${script}\n${ended.stdout}${ended.stderr}`);
      assert.ok(!`${ended.stdout}${ended.stderr}`.includes(this.token), 'no token is printed');
    }
    this.night.follow();
  }

  /** The pull request is there, and a second run, whose job has the program too, writes nothing. */
  async assertUpdates(steps: readonly Step[]): Promise<void> {
    const { night } = this;
    await this.run(steps);
    assert.deepEqual(night.moved(), ['a']);
    assert.equal(night.pull().title.replace(/ .*\//, ' '), 'Update a:1');
    const seen = this.#seen();
    await this.run(steps.filter(({ script }) => !script.startsWith('npm ')));
    assert.deepEqual(this.#seen(), seen);
  }
}

const variables = z.record(z.string(), z.string()).default({});
const githubWorkflow = z.looseObject({
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  jobs: z.object({
    update: z.looseObject({
      steps: z.array(z.looseObject({ run: z.string().optional(), env: variables })),
    }),
  }),
});
const azureWorkflow = z.looseObject({
  steps: z.array(z.looseObject({ script: z.string().optional(), env: variables })),
});
const gitlabWorkflow = z.looseObject({ update: z.looseObject({ script: z.array(z.string()) }) });

function replaced(env: Readonly<Record<string, string>>, values: ReadonlyMap<string, string>): Step['env'] {
  return Object.fromEntries(
    Object.entries(env).map(([name, text]) => {
      const value = values.get(text);
      assert.ok(value !== undefined, text);
      return [name, value];
    }),
  );
}

test('GitHub Actions: the steps update with the token of the job and the rights that the workflow asks for', async (t) => {
  const runner = await Runner.make(t, 'github');
  const { permissions, jobs } = githubWorkflow.parse(parse(block('## GitHub Actions', 'yaml')));
  const rights: readonly WorldRight[] = ['pull-requests', 'issues', 'checks', 'statuses', 'actions'];
  for (const right of rights) if (permissions[right] !== 'write') runner.night.world.denied.add(right);
  const values = new Map([['${{ github.token }}', runner.token]]);
  await runner.assertUpdates(
    jobs.update.steps.flatMap(({ run, env }) =>
      run === undefined ? [] : [{ script: run, env: replaced(env, values) }],
    ),
  );
  assert.ok((await readdir(path.join(runner.night.clone, '.lockkeeper'))).length > 0, 'the cached ledger');
  const summary = await readFile(runner.summary, 'utf8');
  assert.match(summary, /^### Update .*a:1\n\n.*holds it now: [0-9a-f]{12}\.\n\n.*\/pull\/1/);
});

test('GitLab: the script updates with the token of the project', async (t) => {
  const runner = await Runner.make(t, 'gitlab');
  const { update } = gitlabWorkflow.parse(parse(block('## GitLab', 'yaml')));
  await runner.assertUpdates(
    update.script.map((script) => ({ script, env: { GITLAB_TOKEN: runner.token } })),
  );
});

test('Azure Pipelines: the steps update as the App', async (t) => {
  const runner = await Runner.make(t, 'github');
  const { forge } = runner.night;
  assert.ok(forge.kind === 'github');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  forge.fake.publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  forge.fake.expires = '2100-01-01T00:00:00Z';
  const values = new Map([
    ['$(LOCKKEEPER_APP_ID)', '12'],
    ['$(LOCKKEEPER_APP_KEY)', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ]);
  const { steps } = azureWorkflow.parse(parse(block('## Azure Pipelines', 'yaml')));
  await runner.assertUpdates(
    steps.flatMap(({ script, env }) =>
      script === undefined ? [] : [{ script, env: replaced(env, values) }],
    ),
  );
});

test('cron: the line updates with the token of the file', async (t) => {
  const runner = await Runner.make(t, 'github');
  const { folder, clone } = runner.night;
  await writeFile(path.join(folder, 'token'), `${runner.token}\n`);
  const [, line = ''] = /^\S+ \S+ \S+ \S+ \S+ +(.*)$/m.exec(block('## cron', 'crontab')) ?? [];
  const script = line
    .replace('/srv/project', clone)
    .replace('/etc/lockkeeper/token', path.join(folder, 'token'))
    .replace('/var/lib/lockkeeper', path.join(folder, 'ledger'));
  await runner.assertUpdates([
    { script: install, env: {} },
    { script, env: {} },
  ]);
});

test('the commands at the beginning: a dry run, a patch, a branch of the clone, and the pull request', async (t) => {
  const runner = await Runner.make(t, 'github');
  const env = { GITHUB_TOKEN: runner.token };
  const lines = block('# The nightly update: every stale digest, one pull request', 'sh').split('\n');
  assert.equal(lines.length, 4);
  await runner.run([{ script: install, env: {} }]);
  for (const script of lines) await runner.run([{ script, env }]);
  const { clone } = runner.night;
  await runner.run([
    { script: 'git apply --check update.patch && git rev-parse lockkeeper/update', env: {} },
  ]);
  assert.ok((await readdir(clone)).includes('update.patch'));
  assert.deepEqual(runner.night.moved(), ['a']);
});
