import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { durationPattern, parseDuration, parseSize, sizePattern } from '../base/units.ts';
import { parsePlatform, type Platform } from './platform.ts';
import { parseReference, type Reference } from './reference.ts';

/**
 * The kinds of value that lockkeeper.yaml knows. The `error` of a schema says what the value must be,
 * as the end of the sentence "it must be …".
 */

/** A text that people may well write without quotes, such as `3.10` or `1000`; it is taken as it is written. */
export function plainText(error: string): z.ZodString {
  // In the JSON Schema, so that an editor does not ask for quotes that are not needed.
  return noControls(z.string({ error }), error).meta({ type: ['string', 'number', 'boolean'] });
}

export function text(error: string): z.ZodString {
  return noControls(z.string({ error }), error);
}

/** A NUL ends a text for the operating system, and other control characters hide what stands there. */
function noControls(schema: z.ZodString, error: string): z.ZodString {
  const why = (written: string): string | undefined =>
    /[\0-\x08\x0b-\x1f\x7f]/.test(written) ? 'it holds control characters' : undefined;
  return schema.min(1, { error }).check(refusing(why));
}

/** How long one run of a suite may take, in milliseconds. */
export const timeout = text('a duration with units, such as 90s, 30m or 1h30m')
  .meta({ pattern: durationPattern })
  .transform(reading(parseDuration))
  .refine((ms) => ms >= 1000 && ms <= limits.trialTimeoutMsMax, {
    error: 'a run takes at least 1s and at most 24h',
  });

/** How old the baseline's evidence may be, in milliseconds; 0: it is never used again. */
export const age = text('an age such as 24h')
  .meta({ pattern: durationPattern })
  .transform(reading(parseDuration))
  .refine((ms) => ms <= limits.reuseMsMax, { error: 'evidence is used again for 336h (14 days) at most' });

// With less, engines refuse to start a container, or a shell in it.
const sizeLeast = parseSize('16m');

/** Memory or disk of a trial, in bytes. */
export const size = text('a size with a unit, such as 512m or 4g')
  .meta({ pattern: sizePattern })
  .transform(reading(parseSize))
  .refine((bytes) => bytes >= sizeLeast && Number.isSafeInteger(bytes), {
    error: 'a trial needs at least 16m',
  });

export const imageName = text('an image name such as registry.example.org/team/ci:latest').transform(
  reading(parseReference),
);

/** A name that can move: a tag, and no digest. Without a tag it is `latest`. */
export const movableName = imageName.transform((reference, context): Reference & { readonly tag: string } => {
  const { digest, ...rest } = reference;
  if (digest !== undefined) {
    context.issues.push({
      code: 'custom',
      input: reference,
      message: `it holds a digest, but a digest never moves; write ${reference.written.slice(0, reference.written.indexOf('@'))}`,
    });
    return z.NEVER;
  }
  return { ...rest, tag: reference.tag ?? 'latest' };
});

export const platform = text('a platform such as linux/amd64').transform(reading<Platform>(parsePlatform));

/** A file or folder of this machine, relative to lockkeeper.yaml or absolute. */
export const hostPath = text('a path').check(
  refusing((path) => {
    if (path.startsWith('~')) return 'it begins with ~, which only a shell knows; write the path itself';
    if (/^[A-Za-z]:[\\/]|\\/.test(path)) return 'a path is written with /';
    return undefined;
  }),
);

/** An absolute folder in the container. */
export const mountPath = text('an absolute path in the container, such as /work').check(
  refusing((path) => {
    if (!path.startsWith('/')) return 'it must be absolute: a path in the container';
    if (hasDots(path)) return 'it must hold no . and no ..';
    const top = path.split('/').find((part) => part !== '');
    if (top === undefined) return 'the whole file system cannot be replaced; write a folder such as /work';
    if (['proc', 'sys', 'dev'].includes(top))
      return `/${top} belongs to the kernel; write a folder such as /work`;
    return undefined;
  }),
);

/** A folder in the container, absolute or relative to the mount. */
export const workPath = text('a path in the container').check(
  refusing((path) => (path.split('/').includes('..') ? 'it must hold no ..' : undefined)),
);

/** A glob over the files that a suite leaves. */
export const fileGlob = text('a glob such as out/*.xml').check(
  refusing((glob) => {
    if (glob.split('/').includes('..')) return 'results lie below the working directory; it must hold no ..';
    if (glob.endsWith('/')) return 'it names a folder; write which files, such as out/*.xml';
    return undefined;
  }),
);

export const user = plainText('a user of the image: a name, or uid:gid such as 1000:1000').regex(
  /^(?:[0-9]{1,10}|[A-Za-z_][A-Za-z0-9_.-]{0,62})(?::(?:[0-9]{1,10}|[A-Za-z_][A-Za-z0-9_.-]{0,62}))?$/,
  { error: 'a user of the image: a name, or uid:gid such as 1000:1000' },
);

/** Names of environment variables and build arguments. */
export const variableName = z
  .string()
  .regex(/^[^=\s\0-\x1f\x7f]{1,200}$/, { error: 'the name of a variable holds no = and no white space' });

const commandError = 'a line for `sh -c`, or a list of words that is run as it is';

/** A shell line or an argv list; words may stand without quotes, whatever they look like. */
export const command = z.union(
  [
    plainText(commandError),
    z.array(plainText('a word of the command'), { error: commandError }).min(1, { error: commandError }),
  ],
  { error: commandError },
);

/** Names and values, each value as it is written. */
export const variables = (): z.ZodRecord<z.ZodString, z.ZodString> =>
  z.record(
    variableName,
    z.string({ error: 'a text; for an empty one write ""' }).meta({ type: ['string', 'number', 'boolean'] }),
    {
      error: 'a group of names and values',
    },
  );

/** A list of names or patterns, at least one. */
export const names = (error: string): z.ZodArray<z.ZodString> =>
  z.array(plainText('a name'), { error }).min(1, { error });

/** Names of images and suites: they stand in file names, tags and on the command line. */
export const givenName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
  error:
    'a name holds letters, digits and . _ - only, begins with a letter or digit, and has at most 63 characters',
});

/** A whole number within bounds. */
export function count(least: number, most: number): z.ZodInt {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** Runs one of our readers, and turns its Failure into an issue at this place. */
export function reading<T>(read: (text: string) => T): (text: string, context: z.RefinementCtx) => T {
  return (written, context) => {
    try {
      return read(written);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      context.issues.push({
        code: 'custom',
        input: written,
        message: withHint(error),
        params: { complete: true },
      });
      return z.NEVER;
    }
  };
}

function withHint({ message, hint }: Failure): string {
  return hint === undefined
    ? message
    : `${message}; ${hint.slice(0, 1).toLowerCase()}${hint.slice(1).replace(/\.$/, '')}`;
}

function refusing(why: (path: string) => string | undefined): z.core.CheckFn<string> {
  return (context) => {
    const message = why(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message });
  };
}

function hasDots(path: string): boolean {
  return path.split('/').some((part) => part === '.' || part === '..');
}
