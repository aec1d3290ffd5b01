import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Writes test/support/github-api.json: of GitHub's own description of its REST interface, the operations that we use,
 * with all that they refer to and without its prose. The whole is 390 MB as a package, which nobody should have to
 * install to run the tests. Run it again with a newer version, or when the adapter asks for something new.
 */

const version = '23.0.2';
export const routes: readonly string[] = [
  'GET /app',
  'GET /orgs/{org}/installation',
  'GET /orgs/{org}/repos',
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /user',
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/installation',
  'GET /repos/{owner}/{repo}/branches/{branch}',
  'GET /repos/{owner}/{repo}/rules/branches/{branch}',
  'GET /repos/{owner}/{repo}/pulls',
  'POST /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
  'GET /repos/{owner}/{repo}/issues',
  'POST /repos/{owner}/{repo}/issues',
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
  'GET /repos/{owner}/{repo}/commits/{ref}/status',
  'POST /repos/{owner}/{repo}/statuses/{sha}',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  'POST /repos/{owner}/{repo}/check-runs',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
];
/** What errors look like that the description leaves out. */
const commonError = '#/components/schemas/basic-error';
const prose = new Set([
  'description',
  'summary',
  'externalDocs',
  'tags',
  'operationId',
  'x-github',
  'title',
  'example',
]);

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const part = (whole: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((node: unknown, key) => (isRecord(node) ? node[key] : undefined), whole);

/** `isNames`: its keys are names that somebody chose, such as those of properties, and no words of the description. */
function plain(node: unknown, isNames: boolean): unknown {
  if (Array.isArray(node)) return node.map((item) => plain(item, false));
  if (!isRecord(node)) return node;
  const kept = Object.entries(node).filter(([key]) => isNames || !prose.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      !isNames && key === 'value' ? value : plain(value, key === 'properties'),
    ]),
  );
}

function excerptOf(whole: unknown): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  const components: Record<string, Record<string, unknown>> = {};
  const follow = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) follow(item);
    if (!isRecord(node)) return;
    for (const value of Object.values(node)) follow(value);
    const { $ref } = node;
    if (typeof $ref === 'string') take($ref);
  };
  const take = (reference: string): void => {
    const [group = '', name = ''] = reference.replace('#/components/', '').split('/');
    const known = (components[group] ??= {});
    if (Object.hasOwn(known, name)) return;
    known[name] = plain(part(whole, 'components', group, name), false);
    follow(known[name]);
  };
  for (const route of routes) {
    const [method = '', address = ''] = route.split(' ');
    const operation = part(whole, 'paths', address, method.toLowerCase());
    if (operation === undefined) throw new Error(`GitHub describes no ${route}`);
    const kept = plain(operation, false);
    (paths[address] ??= {})[method.toLowerCase()] = kept;
    follow(kept);
  }
  take(commonError);
  return { source: `@octokit/openapi ${version}, MIT`, paths, components };
}

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-github-api-'));
  try {
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    const { status } = spawnSync('npm', [...args, `@octokit/openapi@${version}`], {
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new Error('npm could not install @octokit/openapi');
    const place = path.join(folder, 'node_modules/@octokit/openapi/generated/api.github.com.json');
    const whole: unknown = JSON.parse(readFileSync(place, 'utf8'));
    const target = path.join(import.meta.dirname, '..', 'test', 'support', 'github-api.json');
    writeFileSync(target, `${JSON.stringify(excerptOf(whole))}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) main();
