/** Runs a command line in tests and keeps what it writes. */
import { vi } from 'vitest';
import { main } from '../../../src/cli/index.ts';

/** How a command ended. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly complaints: string;
}

/** What was written since the capture began. */
export interface CapturedOutput {
  readonly out: string;
  readonly complaints: string;
  /** Forgets what was written so far. */
  clear(): void;
  restore(): void;
}

/** Keeps what is written to standard output and standard error, until `restore`. */
export function captureOutput(): CapturedOutput {
  let out = '';
  let complaints = '';
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(
      capture((text) => {
        out += text;
      }),
    ),
    vi.spyOn(process.stderr, 'write').mockImplementation(
      capture((text) => {
        complaints += text;
      }),
    ),
  ];
  return {
    get out() {
      return out;
    },
    get complaints() {
      return complaints;
    },
    clear() {
      out = '';
      complaints = '';
    },
    restore() {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

/** Runs `tandem ARGS`. */
export async function tandem(...args: string[]): Promise<Ran> {
  const captured = captureOutput();
  try {
    const status = await main(['node', '/usr/sbin/tandem', ...args]);
    return { status, out: captured.out, complaints: captured.complaints };
  } finally {
    captured.restore();
  }
}

/** What a stream's write may be called with; the callback is the last argument. */
function capture(take: (text: string) => void): (...args: unknown[]) => boolean {
  return (...args) => {
    take(String(args[0]));
    const callback = args.findLast((argument) => typeof argument === 'function');
    if (typeof callback === 'function') callback();
    return true;
  };
}
