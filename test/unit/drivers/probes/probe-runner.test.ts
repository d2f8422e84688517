/** The runner: one result for each probe, none after a cancel. */
import { Buffer } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBE_TOOLS } from '../../../../src/drivers/probes/probe-tools.ts';
import {
  answering,
  closedPort,
  eventually,
  httpCheck,
  listen,
  Prober,
  tcpCheck,
} from '../../../support/probing.ts';

describe('ProbeRunner', () => {
  it('never reports from inside start, also when the probe fails at once', async () => {
    const prober = new Prober();
    let isStarting = true;
    const result = prober.expect(1, 1, () => {
      prober.runner.start(1, 1, tcpCheck(1, { sourceInterface: 'no-such-if0' }));
      expect(prober.results).toEqual([]);
      isStarting = false;
    });
    expect(await result).toMatchObject({ outcome: 'local-error' });
    expect(isStarting).toBe(false);
  });

  it('gives no result after a cancel, whatever the probe was doing', async () => {
    const open: unknown[] = [];
    const port = await listen((socket) => open.push(socket));
    const prober = new Prober();
    prober.runner.start(1, 1, tcpCheck(port));
    prober.runner.cancel(1, 1);
    prober.runner.start(2, 1, tcpCheck(1, { sourceInterface: 'no-such-if0' }));
    prober.runner.cancel(2, 1);
    prober.runner.start(3, 1, httpCheck(port));
    await eventually(() => open.length).toBeGreaterThan(0);
    prober.runner.cancel(3, 1);
    expect(prober.runner.running).toBe(0);
    expect(await prober.run(tcpCheck(await closedPort()))).toMatchObject({ outcome: 'refused' });
    expect(prober.results.length).toBe(1);
  });

  it('cancels the named generation only', async () => {
    const port = await answering('HTTP/1.0 200 OK\r\n\r\n');
    const prober = new Prober();
    const result = prober.expect(5, 2, () => {
      prober.runner.start(5, 2, httpCheck(port));
      prober.runner.cancel(5, 1);
    });
    expect(await result).toMatchObject({ outcome: 'ok' });
    prober.runner.cancel(5, 2);
    expect(prober.runner.running).toBe(0);
  });

  it('gives an older probe of a check up when a newer one starts', async () => {
    const port = await listen(() => {});
    const prober = new Prober();
    prober.runner.start(5, 1, httpCheck(port));
    await prober.expect(5, 2, () => prober.runner.start(5, 2, tcpCheck(port)));
    expect(prober.results).toEqual([{ checkId: 5, generation: 2 }]);
  });

  it('ends hundreds of probes at once, each exactly once', async () => {
    const good = await answering('HTTP/1.0 200 OK\r\n\r\nhello');
    const bad = await closedPort();
    const prober = new Prober(512);
    const runs = Array.from({ length: 400 }, (_, i) =>
      prober.run(i % 2 === 0 ? httpCheck(good) : tcpCheck(bad)),
    );
    const outcomes = (await Promise.all(runs)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBe(200);
    expect(outcomes.filter((outcome) => outcome === 'refused').length).toBe(200);
    expect(new Set(prober.results.map(({ checkId }) => checkId)).size).toBe(400);
    expect(prober.results.length).toBe(400);
  });

  it('leaves no descriptor open, however a probe ended', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const body = Buffer.alloc(200_000, 'a');
    const port = await answering(
      Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 200000\r\n\r\n'), body]),
    );
    const digest = '0'.repeat(32);
    const bad = await closedPort();
    const prober = new Prober();
    const round = async (): Promise<void> => {
      await prober.run(tcpCheck(port));
      await prober.run(httpCheck(port));
      await prober.run(httpCheck(port, [{ digest }]));
      await prober.run(httpCheck(port, [{ digest, statusCodes: [{ from: 404, to: 404 }] }]));
      await prober.run(httpCheck(port, [{}], { type: 'SSL_GET' }));
      await prober.run(httpCheck(bad, [{ digest }]));
    };
    await round();
    await eventually(() => prober.runner.running).toBe(0);
    const before = open();
    for (let i = 0; i < 5; i++) await round();
    await eventually(() => open() <= before).toBe(true);
  });

  it('is silent after close, and closing twice is harmless', async () => {
    const port = await listen(() => {});
    const prober = new Prober();
    prober.runner.start(1, 1, httpCheck(port));
    prober.runner.close();
    prober.runner.close();
    expect(prober.runner.running).toBe(0);
    expect(prober.results).toEqual([]);
  });

  it('gives the memory of an answer back, however its probe ended', async () => {
    const regex = { pattern: 'x$', flags: '', negate: false };
    const head = 'HTTP/1.0 200 OK\r\n\r\n';
    const body = 'x'.repeat(200_000);
    const whole = await answering(head + body);
    const endless = await listen((socket) => socket.write(head + body));
    const prober = new Prober();
    expect(await prober.run(httpCheck(whole, [{ regex }]))).toMatchObject({ outcome: 'ok' });
    expect(PROBE_TOOLS.memory.used).toBe(0);
    prober.runner.start(1, 1, httpCheck(endless, [{ regex }]));
    await eventually(() => PROBE_TOOLS.memory.used).toBeGreaterThan(0);
    prober.runner.cancel(1, 1);
    expect(PROBE_TOOLS.memory.used).toBe(0);
  });
});
