/** Lines as the system log gets them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Socket } from 'dgram-extensions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Syslog } from '../../../src/drivers/syslog.ts';
import { unixAddress } from '../../../src/drivers/unix-datagram.ts';

let directory: string;
let daemon: Socket;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-syslog-'));
  daemon = new Socket({ family: 1, type: 2, protocol: 0 });
});

afterEach(() => {
  daemon.close();
  rmSync(directory, { recursive: true });
});

describe('The system log', () => {
  test.each([
    ['<4>vrrp: VI_1: FAULT\n', 3, '<28>tandem[PID]: vrrp: VI_1: FAULT'],
    ['<7>x\n', 16, '<135>tandem[PID]: x'],
    ['{"level":"info"}\n', 3, '<30>tandem[PID]: {"level":"info"}'],
  ])('gets %j of facility %d as %j (RFC 3164 section 4.1)', (line, facility, expected) => {
    const path = join(directory, 'log');
    daemon.bind(unixAddress(path));
    new Syslog({ tag: 'tandem', facility, path }).write(line);
    const buffer = new Uint8Array(4096);
    const length = daemon.recvNow(buffer);
    expect(Buffer.from(buffer.subarray(0, Math.max(0, length))).toString()).toBe(
      expected.replace('PID', String(process.pid)),
    );
  });

  test('may be absent', () => {
    new Syslog({ tag: 'tandem', facility: 3, path: join(directory, 'nobody') }).write('x');
  });
});
