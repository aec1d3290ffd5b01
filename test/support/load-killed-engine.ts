import path from 'node:path';
import type { TestContext } from 'node:test';
import { jsonOf, textAt, valueAt } from '../../src/base/json-path.ts';
import type { EngineKind } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { writeBundle } from './bundles.ts';
import { runCommandLine } from './command-line.ts';
import { realEngine } from './engine.ts';
import type { KillGround } from './load-killed.ts';
import { layeredImages } from './load-ground.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An image that the engine has not seen, on its way there. */
export async function engineKillGround(kind: EngineKind, t: TestContext): Promise<KillGround | undefined> {
  const engine = await realEngine(kind, t);
  if (engine === undefined) return undefined;
  const { nonce, image } = await layeredImages();
  const folder = await temporaryFolder(t);
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images: [image] }]);
  const name = `localhost/lockkeeper-test/${nonce}:killed`;
  const load = ['load', 'bundle', '--into', kind, '--as', name, '--json'];
  const inspect = async (what: string): Promise<unknown> => {
    const { status, stdout } = await askEngine(engine, ['image', 'inspect', what]);
    return status === 0 ? valueAt(jsonOf(stdout), 0) : undefined;
  };
  const reset = async (): Promise<void> =>
    void (await askEngine(engine, ['image', 'rm', '--force', image.config]));
  t.after(reset);
  return {
    folder,
    program: kind,
    carries: 'load --quiet',
    load: (search) =>
      runCommandLine(load, { cwd: folder, ...(search === undefined ? {} : { env: { PATH: search } }) }),
    reset,
    standing: async () => textAt(await inspect(name), 'Id'),
    async state() {
      const found = await inspect(name);
      // Of any process: all containers on this image.
      const words = ['ps', '--all', '--quiet', '--filter', `ancestor=${image.config}`];
      const containers = (await askEngine(engine, words)).stdout;
      return { names: valueAt(found, 'RepoTags'), layers: valueAt(found, 'RootFS'), containers };
    },
  };
}
