/** Packages and modules of Node that are loaded when they are needed, which most processes never do. */
import { createRequire } from 'node:module';

let load: NodeJS.Require | undefined;

/** Loads it, or gives what was loaded before. The caller names its type. */
export function onDemand<Module>(name: string): Module {
  load ??= createRequire(import.meta.url);
  return load(name) as Module;
}
