/**
 * A child process without a process: its frame on a channel and a clock of the test. The clock runs with
 * vitest's fake timers, so that heartbeats, deadlines and limits come as time is advanced.
 */
import { vi } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import type { ProcessClock } from '../../src/daemon/frame/clock.ts';
import type { Message } from '../../src/daemon/frame/dispatch.ts';
import type { ParentHandlers } from '../../src/daemon/frame/ipc.ts';
import type { ProcessHost } from '../../src/daemon/frame/process-frame.ts';

/** What vitest has to stand in for, before a `FakeProcess` is made. */
export function useFakeClock(): void {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
    ],
  });
}

/** A clock that starts with vitest's, in monotonic microseconds. */
export function fakeClock(): ProcessClock {
  const start = Date.now();
  const now = () => instant((Date.now() - start) * 1_000 + 1_000_000);
  return {
    now,
    timer(onDue) {
      let timer: NodeJS.Timeout | undefined;
      return {
        arm(at) {
          clearTimeout(timer);
          timer = setTimeout(onDue, Math.ceil(Math.max(0, at - now()) / 1_000));
        },
        close: () => clearTimeout(timer),
      };
    },
  };
}

/** The host of one process, with the supervisor's end of its channel. */
export class FakeProcess<Out extends Message> implements ProcessHost<Out> {
  readonly clock: ProcessClock = fakeClock();
  readonly stopMsMax: number = 2_000;
  /** Everything that the process has said. */
  readonly said: Out[] = [];
  /** Statuses with which it gave up. */
  readonly exits: number[] = [];
  /** It has closed its channel. */
  isEnded = false;
  #handlers: ParentHandlers | undefined;

  readonly connect: ProcessHost<Out>['connect'] = (handlers) => {
    this.#handlers = handlers;
    return {
      send: (message) => this.said.push(message),
      end: (message) => {
        this.said.push(message);
        this.isEnded = true;
      },
    };
  };

  readonly settle = (): void => undefined;

  readonly exit = (status: number): void => {
    this.exits.push(status);
  };

  /** The supervisor says something. */
  order(message: unknown): void {
    this.#handlers?.onMessage(message);
  }

  /** The supervisor is gone. */
  vanish(): void {
    this.#handlers?.onGone();
  }

  /** What the process has said of one kind. */
  of<Type extends Out['type']>(type: Type): Extract<Out, { readonly type: Type }>[] {
    return this.said.filter(
      (message): message is Extract<Out, { readonly type: Type }> => message.type === type,
    );
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1);
}
