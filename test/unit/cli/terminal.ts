/** Runs a command line in tests and keeps what it writes. */
import { vi } from 'vitest';
import { main } from '../../../src/cli/index.ts';

/** How a command ended. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly complaints: string;
}

/** Runs `tandem ARGS`. */
export async function tandem(...args: string[]): Promise<Ran> {
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
  try {
    const status = await main(['node', '/usr/sbin/tandem', ...args]);
    return { status, out, complaints };
  } finally {
    for (const spy of spies) spy.mockRestore();
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
