/**
 * What each process does before its work, beside taking the signals that Node knows (`main.ts`): the real-time
 * signals are ignored, and Node's inspector, a door to everything this process may do, is shut.
 */
import { createRequire } from 'node:module';
import { ignoreRealTimeSignals } from 'dgram-extensions/signals';

/** The part of `node:inspector` that is used. */
export interface Inspector {
  url(): string | undefined;
  close(): void;
}

/**
 * SIGUSR1 that came before it was taken opens the inspector a little later, from a thread of Node's own:
 * looked for again after these pauses, milliseconds.
 */
const LOOK_AGAIN_MS = [10, 100, 1_000];

/**
 * Closes the inspector if SIGUSR1 or an option has opened it, now or within a second, and says so on standard
 * error. Where Node has `--disable-sigusr1` and was started with it, there is nothing to close.
 */
export function closeInspector(inspector: Inspector | undefined = nodeInspector()): void {
  if (inspector === undefined) return;
  const look = (): void => {
    const url = inspector.url();
    if (url === undefined) return;
    inspector.close();
    process.stderr.write(`tandem: closed the Node inspector on ${url}: it lets local users in\n`);
  };
  look();
  for (const pause of LOOK_AGAIN_MS) setTimeout(look, pause).unref();
}

/**
 * No host has a name with a label of more than 63 characters (RFC 1035 section 2.3.4), and looking such a
 * name up asks no server.
 */
const NOWHERE = `${'x'.repeat(64)}:0`;

/**
 * Options that keep SIGUSR1 from opening the inspector before the program's first statement. A Node without
 * the option for it gets an address at which the inspector cannot listen.
 */
export function withoutInspector(
  options: ReadonlySet<string> = optionsOfNode(),
): readonly string[] {
  return options.has('--disable-sigusr1') ? ['--disable-sigusr1'] : [INSPECTOR_NOWHERE];
}

/** The option came with Node 22. Node takes milliseconds to make its list, and a start has none to lose. */
function optionsOfNode(): ReadonlySet<string> {
  const [major = 0] = process.versions.node.split('.', 1).map(Number);
  return major < 22 ? new Set() : process.allowedNodeEnvironmentFlags;
}

const INSPECTOR_NOWHERE = `--inspect-port=${NOWHERE}`;

/** Whether the options that this process was started with keep the inspector shut: loading it then would only cost time. */
export function isWithoutInspector(
  options: readonly string[] = process.execArgv,
  fromEnvironment: string | undefined = process.env['NODE_OPTIONS'],
): boolean {
  const keeps = (option: string): boolean =>
    option === '--disable-sigusr1' || option === INSPECTOR_NOWHERE;
  const isAsked = options.some((option) => option.startsWith('--inspect') && !keeps(option));
  return fromEnvironment === undefined && options.some(keeps) && !isAsked;
}

/** keepalived's signals 36 and 63 among them. Without the native module nothing works, and others say so. */
export function ignoreOtherSignals(): void {
  try {
    ignoreRealTimeSignals();
  } catch {
    // A command such as `check` works without it; what needs it will name it.
  }
}

/** Undefined in a Node that was built without. */
function nodeInspector(): Inspector | undefined {
  try {
    return createRequire(import.meta.url)('node:inspector') as Inspector;
  } catch {
    return undefined;
  }
}
