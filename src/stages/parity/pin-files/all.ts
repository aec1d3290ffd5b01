import { composerJson } from './composer-json.ts';
import { gemfile, gemfileLock } from './gemfile.ts';
import { globalJson } from './global-json.ts';
import { goMod } from './go-mod.ts';
import { javaVersionFile, systemProperties } from './java.ts';
import { mise } from './mise.ts';
import { nodeVersionFiles } from './node-version.ts';
import { packageJson } from './package-json.ts';
import type { PinFile } from './pin-file.ts';
import { pipfile } from './pipfile.ts';
import { procfile } from './procfile.ts';
import { projectToml } from './project-toml.ts';
import { pyproject } from './pyproject.ts';
import { pythonVersionFile } from './python-version.ts';
import { rubyVersionFile } from './ruby-version.ts';
import { runtimeTxt } from './runtime-txt.ts';
import { rustToolchain } from './rust-toolchain.ts';
import { toolVersions } from './tool-versions.ts';

/** All of them; a new one is added here and in `pinFileNames`. */
export const pinFiles: readonly PinFile[] = [
  pythonVersionFile,
  runtimeTxt,
  pipfile,
  pyproject,
  ...nodeVersionFiles,
  packageJson,
  goMod,
  rubyVersionFile,
  gemfile,
  gemfileLock,
  toolVersions,
  mise,
  globalJson,
  rustToolchain,
  javaVersionFile,
  systemProperties,
  composerJson,
  projectToml,
  procfile,
];
