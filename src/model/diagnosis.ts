import { exitStatus, type ExitStatus, type Failure } from '../base/failure.ts';

/** One thing that `doctor` looked at, and what to do about it. */
export interface Diagnosis {
  /** What was looked at, in a word or two: `docker`, `config`, `registry.example.org`. */
  readonly subject: string;
  /** `note`: worth knowing. `warning`: it works, with less than one may think. `bad`: something that is needed does not work. */
  readonly state: 'good' | 'note' | 'warning' | 'bad';
  /** What was seen, as one sentence without a full stop. */
  readonly message: string;
  /** What to do; undefined where nothing is to be done. */
  readonly remedy: string | undefined;
  /** Status that the program ends with because of this; 0 for all but `bad`. */
  readonly exit: ExitStatus;
}

export function good(subject: string, message: string): Diagnosis {
  return { subject, state: 'good', message, remedy: undefined, exit: exitStatus.yes };
}

export function note(subject: string, message: string, remedy?: string): Diagnosis {
  return { subject, state: 'note', message, remedy, exit: exitStatus.yes };
}

export function warning(subject: string, message: string, remedy: string): Diagnosis {
  return { subject, state: 'warning', message, remedy, exit: exitStatus.yes };
}

export function bad(
  subject: string,
  message: string,
  options: { readonly remedy: string; readonly exit: ExitStatus },
): Diagnosis {
  return { subject, state: 'bad', message, ...options };
}

/** A failure, told and not thrown, so that the others are looked at too. */
export function badBy(subject: string, failure: Failure): Diagnosis {
  return { subject, state: 'bad', message: failure.message, remedy: failure.hint, exit: failure.exit };
}

/** The worst of all; the highest where several are bad. */
export function exitOf(diagnoses: readonly Diagnosis[]): ExitStatus {
  return diagnoses.reduce<ExitStatus>((worst, { exit }) => (exit > worst ? exit : worst), exitStatus.yes);
}
