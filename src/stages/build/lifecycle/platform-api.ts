import type { LifecycleFacts } from '../../../model/builder-facts.ts';

/** Versions of the platform API that we know how to speak, newest first. */
const known = ['0.15', '0.14', '0.13', '0.12', '0.11', '0.10', '0.9', '0.8', '0.7', '0.6', '0.5', '0.4'];
/** The first with an export to a layout (platform spec 0.12, "Experimental Features"). */
const withLayout = '0.12';

export interface ChosenApi {
  readonly version: string;
  /** What is other than on the platform, as a sentence; undefined: nothing. */
  readonly notice: string | undefined;
}

/** Whether `version` is `than` or newer; both are `major.minor`. */
export function newApi(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = than.split('.').map(Number);
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}

/**
 * The API to speak where the result has to be exported: the platform's own where that can, else the nearest that both
 * sides know. Undefined: this lifecycle exports to no layout.
 */
export function apiForExport(
  lifecycle: LifecycleFacts | undefined,
  wanted: string | undefined,
): ChosenApi | undefined {
  const able = spoken(lifecycle).filter((version) => newApi(version, withLayout));
  if (wanted === undefined)
    return able[0] === undefined ? undefined : { version: able[0], notice: undefined };
  if (able.includes(wanted)) return { version: wanted, notice: undefined };
  const nearest = newApi(wanted, withLayout) ? able[0] : able.at(-1);
  if (nearest === undefined) return undefined;
  return {
    version: nearest,
    notice: `the platform speaks platform API ${wanted}; here the lifecycle was spoken to with ${nearest}, since the result is taken out as an OCI layout`,
  };
}

/** The API to speak where only detection and build are run. */
export function apiForPhases(lifecycle: LifecycleFacts | undefined, wanted: string | undefined): string {
  const both = spoken(lifecycle);
  if (wanted !== undefined && (both.includes(wanted) || both.length === 0)) return wanted;
  return both[0] ?? wanted ?? '0.12';
}

function spoken(lifecycle: LifecycleFacts | undefined): readonly string[] {
  return known.filter((version) => lifecycle?.platformApis.includes(version) === true);
}
