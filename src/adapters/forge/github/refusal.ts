import { Failure, isFailure, type FailureCode } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import { readGithubRefusal } from '../../../model/github-answer.ts';

export interface GithubRefusal {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly data: unknown;
  /** `cannot open a pull request` */
  readonly what: string;
  /** Where the token came from: `GITHUB_TOKEN`. */
  readonly source: string;
}

const codes: ReadonlyMap<number, FailureCode> = new Map([
  [401, 'forge-denied'],
  [403, 'forge-denied'],
  [404, 'forge-missing'],
  [409, 'forge-conflict'],
]);

/** What a status of GitHub’s means, and what to do. What it says is shown as plain text. */
export function explainGithubRefusal(refusal: GithubRefusal): Failure {
  const { status, data, what } = refusal;
  const said = clip(visibleLine(readGithubRefusal(data)), limits.refusalCharsMax);
  const code = codes.get(status) ?? 'forge-refused';
  const hint = hintOf(refusal);
  return new Failure(code, `GitHub: ${what}: status ${status}${said === '' ? '' : `, ${said}`}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Some repositories have no drafts, which both of GitHub's interfaces say in these words alone. */
export function saysNoDrafts(error: unknown): error is Failure {
  return (
    isFailure(error, 'forge-refused') && /\bdraft pull requests are not supported\b/i.test(error.message)
  );
}

function hintOf({ status, headers, source }: GithubRefusal): string | undefined {
  // docs.github.com, "Troubleshooting the REST API": `pull_requests=write`; alternatives by semicolons.
  const needed = visibleLine(headers.get('x-accepted-github-permissions') ?? '').slice(0, 200);
  const right = needed === '' ? '' : ` It needs the right ${needed.replaceAll(';', ' or ')}.`;
  switch (status) {
    case 401:
      return `The token in ${source} is wrong or has expired: make a new one.`;
    case 403:
      return headers.has('x-github-sso')
        ? `The organisation asks for single sign-on: authorise the token in ${source} for it.`
        : `Give the token in ${source} the right that is missing (in a workflow: \`permissions:\`).${right}`;
    case 404:
      return `Check the name, and that the token in ${source} may see it.${right}`;
    case 410:
      return 'The repository has this switched off, such as issues: switch it on in its settings.';
    default:
      return undefined;
  }
}
