import { ForgeNight } from '../support/forge-night.ts';
import { serving, type Served } from '../support/served-registry.ts';
import type { Figure } from './measure.ts';

const images = Array.from({ length: 20 }, (_, place) => `image-${place}`);

/**
 * What an update changes where nothing has changed since the last one: the whole command, with git over HTTP, a registry,
 * and GitHub as it publishes itself.
 */
export async function updateQuiet(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await serving(async (served) => {
    const work: (() => Promise<void> | void)[] = [];
    try {
      const after = (each: () => Promise<void> | void): void => void work.push(each);
      const night = await ForgeNight.open({ after }, 'github', { served, names: images });
      figures.push(...(await secondRun(night, served)));
    } finally {
      for (const each of work) await each();
    }
  });
  return figures;
}

async function secondRun(night: ForgeNight, served: Served): Promise<readonly Figure[]> {
  await night.move(...images.slice(0, 10));
  const first = await night.night();
  if (first.branch.state !== 'put') throw new Error(`the branch is ${first.branch.state}`);
  let pushes = 0;
  night.http.rule = ({ path }) => {
    if (path.includes('git-receive-pack')) pushes += 1;
    return undefined;
  };
  const { seen } = night.forge.fake.server;
  const [asked, told] = [seen.length, served.requests.length];
  const second = await night.night();
  if (second.branch.state !== 'stands') throw new Error(`the branch is ${second.branch.state}`);
  const requests = [...seen.slice(asked), ...served.requests.slice(told)];
  const writes = requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;
  const about = `update, 10 of ${images.length} images moved, and nothing since the last run`;
  return [
    figure(`${about}: pushes`, `${pushes}`, pushes),
    figure(`${about}: requests that change something`, `${writes} of ${requests.length}`, writes),
  ];
}

function figure(claim: string, measured: string, value: number): Figure {
  return { claim, measured, peer: '', value, limit: 0, unit: 'runs' };
}
