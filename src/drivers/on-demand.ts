/**
 * Packages and modules of Node that are loaded when they are needed, which most processes never do. The installed program runs where `import()` of
 * what is not its own is refused: this is the way that works there, too.
 */
import { createRequire } from 'node:module';

let load: NodeJS.Require | undefined;

/** Loads it, or gives what was loaded before. The caller names its type. */
export function onDemand<Module>(name: string): Module {
  load ??= createRequire(import.meta.url);
  return load(name) as Module;
}
