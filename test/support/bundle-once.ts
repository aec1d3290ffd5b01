import { once } from 'node:events';
import process from 'node:process';
import { bundleWorks, doWork } from './bundle-work.ts';
import { watchedFiles } from './watched-files.ts';

/** A program: runs a command on bundles, and dies by SIGKILL before the n-th change of a file. Arguments: work, folder, n. */
const [name, folder = '', count = '0'] = process.argv.slice(2);
let left = Number(count);
const files = watchedFiles(async () => {
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal arrives when it arrives; nothing more happens here.
  await once(process, 'never');
});
const work = bundleWorks.find((each) => each === name);
if (work === undefined) throw new Error(`there is no work ${name}`);
await doWork(work, folder, files);
