/** `tandem server`: from the words of the command line to the request. */
import { err, ok, type Result } from '../core/base/result.ts';
import type { ControlRequest } from '../core/control/commands.ts';
import { EXIT_FAILED } from './exit.ts';
import { complain } from './output.ts';
import { told } from './told.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };

/** Carries it out; resolves with the exit status. */
export async function server(
  action: string,
  words: readonly string[],
  options: {
    readonly runtimeDir: string;
    readonly service?: string;
    readonly timeout?: string;
  },
): Promise<number> {
  const request = serverRequest(action, words, options);
  if (!request.ok) {
    await complain(request.error);
    return EXIT_FAILED;
  }
  return told(request.value, options.runtimeDir);
}

/** The request; the error is a sentence for the operator. */
export function serverRequest(
  action: string,
  words: readonly string[],
  { service, timeout }: { readonly service?: string; readonly timeout?: string },
): Result<ControlRequest<'server'>, string> {
  const rest = [...words];
  let weight: number | undefined;
  if (action === 'weight') {
    const word = rest.pop() ?? '';
    if (!/^\d{1,10}$/.test(word)) return err('weight needs a whole number as its last word');
    weight = Number(word);
  }
  const [name, ...more] = rest;
  if (more.length > 0) return err(`one real server at a time: "${more.join(' ')}" is too much`);
  const seconds = timeout === undefined ? undefined : secondsOf(timeout);
  if (timeout !== undefined && seconds === undefined) {
    return err(`--timeout takes a time such as 90, 90s, 10m or 2h, not "${timeout}"`);
  }
  return ok({
    command: 'server',
    action,
    ...(name !== undefined && { server: name }),
    ...(service !== undefined && { service }),
    ...(weight !== undefined && { weight }),
    ...(seconds !== undefined && { seconds }),
  });
}

function secondsOf(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,9})([smh]?)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
}
