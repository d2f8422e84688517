/**
 * The service manager's notification protocol (sd_notify(3)): tells systemd that we are ready, reloading,
 * stopping and alive. Without NOTIFY_SOCKET in the environment everything here does nothing.
 */
import { UnixDatagram } from './unix-datagram.ts';

/** What a service tells its manager. */
export interface SdNotify {
  /** Why the manager cannot be told, although it wants to be; undefined when all is well. */
  readonly problem: string | undefined;
  /** Whether there is a manager that listens. */
  readonly enabled: boolean;
  /** Half of the time in which the manager wants a sign of life; undefined when it wants none. */
  readonly watchdogIntervalMs: number | undefined;
  /** Start-up or a reload is complete. `status` is a line for people. */
  ready(status: string): void;
  /** A reload begins now (monotonic microseconds); `ready` ends it. */
  reloading(monotonicUs: number): void;
  /** An orderly stop begins. */
  stopping(status: string): void;
  /** A line for `systemctl status`. */
  status(text: string): void;
  /** A sign of life. */
  watchdog(): void;
  close(): void;
}

/** Messages kept while the manager's queue is full, and how often they are tried again. */
const WAITING_MAX = 16;
const RETRY_MS = 20;

const NOTHING: SdNotify = {
  problem: undefined,
  enabled: false,
  watchdogIntervalMs: undefined,
  ready: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  status: () => undefined,
  watchdog: () => undefined,
  close: () => undefined,
};

/** The connection to the manager named by the environment. Never throws: a service runs without its manager, too. */
export function createSdNotify(env: NodeJS.ProcessEnv = process.env): SdNotify {
  const { NOTIFY_SOCKET: path } = env;
  if (path === undefined || path === '') return NOTHING;
  if (!/^[/@]./.test(path)) {
    return {
      ...NOTHING,
      problem: `"${path}" is neither a path nor the name of an abstract socket`,
    };
  }
  let socket: UnixDatagram;
  try {
    socket = new UnixDatagram(path);
  } catch (error) {
    return { ...NOTHING, problem: error instanceof Error ? error.message : String(error) };
  }
  const waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const flush = (): void => {
    timer = undefined;
    for (let next = waiting[0]; next !== undefined && !closed; next = waiting[0]) {
      if (socket.send(next) === -EAGAIN) {
        timer = setTimeout(flush, RETRY_MS);
        return;
      }
      waiting.shift();
    }
  };
  const send = (...assignments: string[]): void => {
    if (waiting.length >= WAITING_MAX) waiting.shift();
    waiting.push(assignments.join('\n'));
    if (timer === undefined) flush();
  };
  return {
    problem: undefined,
    enabled: true,
    watchdogIntervalMs: watchdogInterval(env),
    ready: (status) => send('READY=1', `STATUS=${oneLine(status)}`),
    reloading: (monotonicUs) => send('RELOADING=1', `MONOTONIC_USEC=${Math.floor(monotonicUs)}`),
    stopping: (status) => send('STOPPING=1', `STATUS=${oneLine(status)}`),
    status: (text) => send(`STATUS=${oneLine(text)}`),
    watchdog: () => send('WATCHDOG=1'),
    close: () => {
      if (closed) return;
      clearTimeout(timer);
      flush();
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}

const EAGAIN = 11;

/** sd_watchdog_enabled(3): the variable counts only when it is meant for this process. */
function watchdogInterval(env: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: period, WATCHDOG_PID: pid } = env;
  if (period === undefined || !/^[1-9]\d*$/.test(period)) return undefined;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return Math.max(1, Math.floor(Number(period) / 2_000));
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}
