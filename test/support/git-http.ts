import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { env } from './git-ground.ts';

/** What a small forge does with a request before git sees it: a status, another place, or `cut`: it does what is asked and says nothing. */
export type ForgeRule = (request: {
  readonly path: string;
  readonly authorization: readonly string[];
}) => number | 'cut' | { readonly movedTo: string } | undefined;

export interface GitHttp extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** All values of `Authorization` of each request. */
  readonly seen: readonly (readonly string[])[];
  rule: ForgeRule;
}

/** Bare repositories of a folder behind `git http-backend` on loopback. */
export async function serveGit(folder: string): Promise<GitHttp> {
  const seen: (readonly string[])[] = [];
  const server = createServer((request, response) => {
    const authorization = request.headersDistinct['authorization'] ?? [];
    seen.push(authorization);
    const verdict = forge.rule({ path: request.url ?? '', authorization });
    if (typeof verdict === 'number') {
      response.writeHead(verdict, verdict === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {});
      response.end('<html>no</html>');
      return;
    }
    if (typeof verdict === 'object') {
      response.writeHead(301, { location: verdict.movedTo });
      response.end();
      return;
    }
    backend(folder, request, response, verdict === 'cut');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const forge: GitHttp = {
    url: `http://127.0.0.1:${port}/`,
    seen,
    rule: () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return forge;
}

/** CGI (RFC 3875): the request in variables and standard input, the answer with its headers on standard output. */
function backend(folder: string, request: IncomingMessage, response: ServerResponse, isCut: boolean): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const header = (name: string): string => String(request.headers[name] ?? '');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'somebody',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? '',
      CONTENT_TYPE: header('content-type'),
      ...(header('content-length') === '' ? {} : { CONTENT_LENGTH: header('content-length') }),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      HTTP_GIT_PROTOCOL: header('git-protocol'),
      GIT_PROTOCOL: header('git-protocol'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    if (isCut) {
      response.destroy();
      return;
    }
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    for (const line of answer.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
