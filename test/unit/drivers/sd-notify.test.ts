/** The notification protocol of the service manager, on a socket of our own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Socket } from 'dgram-extensions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSdNotify } from '../../../src/drivers/sd-notify.ts';
import { unixAddress } from '../../../src/drivers/unix-datagram.ts';

let directory: string;
let manager: Socket;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-notify-'));
  manager = new Socket({ family: 1, type: 2, protocol: 0 });
});

afterEach(() => {
  manager.close();
  rmSync(directory, { recursive: true });
});

function received(): string | undefined {
  const buffer = new Uint8Array(4096);
  const length = manager.recvNow(buffer);
  return length < 0 ? undefined : Buffer.from(buffer.subarray(0, length)).toString('utf8');
}

describe('sd_notify', () => {
  test('does nothing without a socket in the environment', () => {
    const notify = createSdNotify({});
    expect(notify.enabled).toBe(false);
    notify.ready('x');
    notify.close();
  });

  test('tells readiness, reload, stop and life (sd_notify(3))', () => {
    const path = join(directory, 'notify');
    manager.bind(unixAddress(path));
    const notify = createSdNotify({ NOTIFY_SOCKET: path });
    notify.ready('1 VRRP instance\n1 virtual server');
    notify.reloading(123_456.7);
    notify.watchdog();
    notify.status('fine');
    notify.stopping('SIGTERM');
    notify.close();
    expect([received(), received(), received(), received(), received()]).toEqual([
      'READY=1\nSTATUS=1 VRRP instance 1 virtual server',
      'RELOADING=1\nMONOTONIC_USEC=123456',
      'WATCHDOG=1',
      'STATUS=fine',
      'STOPPING=1\nSTATUS=SIGTERM',
    ]);
  });

  test('reaches a socket in the abstract namespace', () => {
    const name = `@tandem-test-${process.pid}`;
    manager.bind(unixAddress(name));
    const notify = createSdNotify({ NOTIFY_SOCKET: name });
    notify.ready('up');
    notify.close();
    expect(received()).toBe('READY=1\nSTATUS=up');
  });

  test('does not mind a manager that is gone', () => {
    const notify = createSdNotify({ NOTIFY_SOCKET: join(directory, 'nobody') });
    notify.ready('up');
    notify.close();
    notify.close();
  });

  test('wants signs of life in half the time the manager gives, if it means us', () => {
    const interval = (env: NodeJS.ProcessEnv): number | undefined => {
      const notify = createSdNotify({ NOTIFY_SOCKET: join(directory, 'x'), ...env });
      notify.close();
      return notify.watchdogIntervalMs;
    };
    expect(interval({})).toBeUndefined();
    expect(interval({ WATCHDOG_USEC: '10000000' })).toBe(5_000);
    expect(interval({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: String(process.pid) })).toBe(5_000);
    expect(interval({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '1' })).toBeUndefined();
    expect(interval({ WATCHDOG_USEC: 'soon' })).toBeUndefined();
  });

  test('refuses a path that does not fit into an address', () => {
    expect(() => unixAddress(`/${'x'.repeat(108)}`)).toThrow(RangeError);
  });
});
