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
