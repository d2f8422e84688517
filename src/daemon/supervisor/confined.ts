/**
 * How a child process is started: by way of `confine`, which takes away what the child does not need and then
 * becomes Node, with an environment from which nothing steers Node.
 */
import { builtFile } from 'dgram-extensions';
import { withoutInspector } from '../frame/process-guard.ts';
import { type Capability, capabilityNumber } from './capabilities.ts';

/** What `fork` of `node:child_process` is told. */
export interface ConfinedStart {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Standard input, output and error, and the channel to the supervisor, are all that a child gets. */
const FIRST_CLOSED = 4;

/**
 * For a child that runs Node with `nodeArgs`.
 *
 * @param kept the capabilities that a role keeps, and no others, nor can it get any. When absent it is no role, and
 *   keeps all of them, and the descriptors.
 * @param startsPrograms the programs that it starts by way of `become` get their rights from what it keeps in reserve
 */
export function confinedStart(
  nodeArgs: readonly string[],
  kept?: readonly Capability[],
  startsPrograms: boolean = false,
): ConfinedStart {
  const numbers = kept?.map(capabilityNumber).join(',');
  const limits =
    numbers === undefined
      ? []
      : [
          ...['--keep', numbers, startsPrograms ? '--for-programs' : '--no-new-privileges'],
          ...['--close-from', String(FIRST_CLOSED)],
        ];
  return {
    execPath: builtFile('confine'),
    execArgv: [
      ...limits,
      '--hold-hangups',
      '--preload',
      builtFile('early.so'),
      '--',
      process.execPath,
      ...withoutInspector(),
      ...nodeArgs,
    ],
    env: cleanEnvironment(process.env),
  };
}

/** Without what steers Node: debuggers, modules to load first, caches of compiled code, traces. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^NODE_/.test(name)));
}
