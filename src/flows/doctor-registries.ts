import { isFailure } from '../base/failure.ts';
import { placeholderRegistry } from '../model/config-placeholder.ts';
import type { Config } from '../model/definition.ts';
import { badBy, good, note, warning, type Diagnosis } from '../model/diagnosis.ts';
import { shortDigest } from '../model/digest.ts';
import { formatReference, tagOrDigest, type Reference } from '../model/reference.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Registries } from '../ports/repository.ts';

export interface RegistryTools {
  readonly registries: Registries;
  readonly credentials: Credentials;
}

/** Every name of the config is looked up once, and for every place that a promotion writes to, a login. */
export async function diagnoseRegistries(
  { images }: Config,
  tools: RegistryTools,
): Promise<readonly Diagnosis[]> {
  const uses = images.flatMap(({ name, baseline, origin, promote }): readonly Use[] => [
    { image: name, role: 'baseline', reference: baseline },
    ...(origin.kind === 'ready'
      ? [{ image: name, role: 'candidate' as const, reference: origin.reference }]
      : []),
    ...promote.map((reference) => ({ image: name, role: 'target' as const, reference })),
  ]);
  const real = uses.filter(({ reference }) => reference.registry !== placeholderRegistry);
  const names = Map.groupBy(real, ({ reference }) =>
    formatReference({ ...reference, tag: tagOrDigest(reference) }),
  );
  const places = Map.groupBy(real, ({ reference }) => `${reference.registry}/${reference.repository}`);
  const diagnoses = await Promise.all([
    ...[...names.values()].map((group) => lookUp(group, tools)),
    ...[...places.values()].map((group) => logIn(group, tools)),
  ]);
  return diagnoses.flat();
}

/** What an image needs a name for. */
interface Use {
  readonly image: string;
  readonly role: 'baseline' | 'candidate' | 'target';
  readonly reference: Reference;
}

async function lookUp(uses: readonly Use[], { registries }: RegistryTools): Promise<readonly Diagnosis[]> {
  const [first] = uses;
  if (first === undefined) return [];
  const { reference } = first;
  const name = formatReference(reference);
  return told(reference.registry, async () => {
    const found = await registries
      .open(reference.registry, reference.repository)
      .resolve(tagOrDigest(reference));
    if (found !== undefined)
      return [good(reference.registry, `${name} stands at ${shortDigest(found.digest)}`)];
    const [candidate, baseline] = [
      uses.find(({ role }) => role === 'candidate'),
      uses.find(({ role }) => role === 'baseline'),
    ];
    if (candidate !== undefined) {
      return [
        warning(
          reference.registry,
          `${name}, the candidate of images.${candidate.image}, does not exist`,
          'Push it before the gate, or correct the name.',
        ),
      ];
    }
    const meaning =
      baseline === undefined
        ? 'a promotion will make it'
        : `the first candidate of images.${baseline.image} has nothing to be compared with, and waits for an approval`;
    return [note(reference.registry, `${name} does not exist yet: ${meaning}`)];
  });
}

async function logIn(uses: readonly Use[], { credentials }: RegistryTools): Promise<readonly Diagnosis[]> {
  const target = uses.find(({ role }) => role === 'target');
  if (target === undefined) return [];
  const { registry, repository } = target.reference;
  return told(registry, async () => {
    const login = await credentials.find(registry, repository);
    if (login !== undefined)
      return [
        good(
          registry,
          `there is a login for ${repository}${login.kind === 'basic' ? `, as ${login.user}` : ''}`,
        ),
      ];
    // A registry on this machine is commonly open to whoever reaches it.
    if (/^(?:localhost|127\.|\[::1\])/.test(registry)) return [];
    return [
      warning(
        registry,
        `there is no login for ${repository}, which \`lockkeeper promote\` writes to`,
        `Run \`docker login ${registry}\` where you promote; build and gate need none.`,
      ),
    ];
  });
}

/** One registry that is down does not keep the others from being looked at. */
async function told(
  subject: string,
  look: () => Promise<readonly Diagnosis[]>,
): Promise<readonly Diagnosis[]> {
  try {
    return await look();
  } catch (error) {
    if (!isFailure(error) || error.code === 'interrupted') throw error;
    return [badBy(subject, error)];
  }
}
