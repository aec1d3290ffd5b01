import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** An engine that can fall silent or go away at a moment that the test chooses. */
export interface EngineProxy {
  /** For DOCKER_HOST. */
  readonly host: string;
  stop(): Promise<void>;
}

export type EngineMood = 'answers' | 'silent' | 'gone';

/** Listens on a socket before the real engine's; every request is looked at by its first line before it is handed on. */
export async function startEngineProxy(
  socketPath: string,
  moodAt: (request: string) => EngineMood,
): Promise<EngineProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const engine = createConnection(engineSocket());
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    const leave = (): void => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    client.on('data', (bytes) => {
      const request = /^(?:GET|POST|HEAD|DELETE|PUT) \S+/.exec(bytes.toString('latin1'))?.[0];
      const mood = request === undefined ? 'answers' : moodAt(request);
      if (mood === 'gone') leave();
      else if (mood === 'answers') engine.write(bytes);
    });
    client.on('end', () => engine.end());
    engine.pipe(client);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    host: `unix://${socketPath}`,
    async stop() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function engineSocket(): string {
  return (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
}
