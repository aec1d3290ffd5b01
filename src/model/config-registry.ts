import * as z from 'zod';
import { text } from './config-fields.ts';
import { isRegistryHost } from './reference.ts';

const hostError =
  'a host in lower case with its port where it has one, such as registry.example.org:5000; no https:// and no path';

/** A registry as it stands in image names. */
export const registryHost = z.string().refine(isRegistryHost, { error: hostError });

export const registrySchema = z.strictObject(
  {
    companions: z
      .array(text(hostError).refine(isRegistryHost, { error: hostError }), {
        error: 'a list of hosts such as [gitlab.example.org]',
      })
      .min(1, { error: 'a list of hosts, at least one' })
      .meta({
        description:
          'Other hosts that belong to this registry: its token service, and where it has uploads sent to. They are spoken to by https, and they get to see your login where the registry asks for it there.',
        examples: [['gitlab.example.org']],
      }),
  },
  { error: 'a group of keys that describe a registry' },
);
