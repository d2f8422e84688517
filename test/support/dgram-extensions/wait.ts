/** Waiting in tests: poll for a condition with a limit, never sleep for a guessed time. */

const LIMIT_MS = 10_000;
const POLL_MS = 2;

/** Resolves when the condition holds; throws, naming it, when it does not within ten seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not seen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Keeps the event loop from running for that long. */
export function stall(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    // Nothing may run meanwhile: that is the point.
  }
}
