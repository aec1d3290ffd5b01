import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { plural } from '../../base/text.ts';
import { formatSize } from '../../base/units.ts';
import { verifyBundle } from '../../flows/bundle-verify.ts';
import { layoutTools } from '../../wire/layouts.ts';
import type { CommandDefinition } from '../command.ts';

export const bundleVerifyCommand: CommandDefinition = {
  name: 'bundle verify',
  summary: 'Hash every byte of a stranger’s bundle before it is used',
  description:
    'Reads all of a bundle, in a folder or an archive, and believes nothing of it: only files that a bundle has, no link, no device, every blob hashed and unpacked within limits, every reference there or listed as left out, nothing that nobody refers to, and the document saying what the images are. With --out, an archive is unpacked to a new folder, which is there only when all of it was right. Asks no registry and runs nothing. It tells that the bundle is whole, not who made it.',
  arguments: [{ name: 'BUNDLE', description: 'Folder or archive of the bundle.', required: true }],
  options: [{ long: '--out', value: 'DIR', description: 'Unpack what was verified to this new folder.' }],
  examples: [
    { command: 'lockkeeper bundle verify bundle', meaning: 'Verify bundle/.' },
    {
      command: 'lockkeeper bundle verify ci.tar --out bundle',
      meaning: 'Verify an archive and unpack it, for commands that write into the bundle.',
    },
  ],
  exits: ['0  all of it is what it says', '2  there is no bundle at this place', '6  refused'],
  run: async (input, context) => {
    const place = input.arguments[0] ?? '';
    const out = input.value('--out');
    const verified = await verifyBundle(
      path.resolve(context.cwd, place),
      out === undefined ? undefined : path.resolve(context.cwd, out),
      layoutTools().layouts,
    );
    const { bundle, blobs, bytes, manifests } = verified;
    const { set, members, leftOut } = bundle;
    const missing = leftOut.length === 0 ? 'nothing left out' : `${plural(leftOut.length, 'layer')} left out`;
    context.stdout.write(
      context.json
        ? `${JSON.stringify({ set, blobs, bytes, manifests, members, leftOut, unpackedTo: out }, undefined, 2)}\n`
        : `${place} is whole: ${plural(members.length, 'image')}, ${plural(blobs, 'blob')}, ${formatSize(bytes)}, ${missing}\n${out === undefined ? '' : `unpacked to ${out}\n`}`,
    );
    return exitStatus.yes;
  },
};
