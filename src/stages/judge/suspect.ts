import type { Finding } from '../../model/finding.ts';

/**
 * Which rule a suspect is confirmed by. `pair`: against the baseline. `must-pass`: it has to pass, whatever the
 * baseline does. `absolute`: there is no baseline.
 */
export type SuspectRule = 'pair' | 'must-pass' | 'absolute';

/** A test of which only reruns can tell what it is. */
export interface Suspect {
  readonly rule: SuspectRule;
  /** The finding as far as the screen goes. */
  readonly seen: Omit<Finding, 'kind' | 'because' | 'confirmed'>;
}
