import type { FaultServer, SeenRequest } from './fault-server.ts';

export interface GithubFake {
  readonly server: FaultServer;
  readonly url: URL;
  readonly token: string;
  /** Of the App that may log in. */
  publicKey: string | undefined;
  /** The token is an App's, as that of a workflow is: it may report check runs, and not ask who it is. */
  isApp: boolean;
  /** When the token of an App runs out. */
  expires: string;
  /** Runs of workflows by id. */
  readonly runs: Map<number, FakeRun>;
  /** How the server starts a workflow. */
  dispatch: 'with details' | 'without details' | 'silent';
  /** What is answered before anything is looked at; undefined: the request is done. */
  rule: (request: SeenRequest) => GithubReply | undefined;
  /** Names that repositories had before, and the ones that they have now. */
  readonly renamed: Map<string, string>;
  /** Stops, and throws when a request or an answer was not as GitHub publishes it. */
  stop(): Promise<void>;
}

export interface FakeRun {
  readonly commit: string;
  status: string;
  conclusion: string | null;
}

export interface GithubReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as GitHub answers it. */
export function refusal(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GithubReply {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { status, body: status === 422 ? { ...body, errors: [] } : body, headers };
}
