import type { Engine } from '../model/engine.ts';

/** The machine that we run on, as far as `doctor` asks. */
export interface Machine {
  /** Version of Node, without a leading v. */
  readonly node: string;
  /** Folder for temporary files; absolute. */
  readonly temporary: string;
  /** Version of git; undefined: it is not installed. */
  git(): Promise<string | undefined>;
  /** Bytes that we may still write below a folder; undefined: the folder is not there or not ours to look at. */
  freeBytes(folder: string): Promise<number | undefined>;
  /** Folder in which an engine of this machine keeps its images; undefined: it does not say, or lies elsewhere. */
  engineRoot(engine: Engine): Promise<string | undefined>;
  /** Containers of ours that an engine has now, as `NAME (its state)`; nothing where the engine does not say. */
  ownContainers(engine: Engine): Promise<readonly string[]>;
  /** Text of the distribution's change log of an installed package, newest first; undefined: there is none. */
  changelog(packageName: string): Promise<string | undefined>;
  /** What lies at an absolute path, links followed. */
  kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'>;
}
