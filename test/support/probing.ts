/** Servers on loopback that answer as a test says, and a runner whose results can be awaited. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { milliseconds } from '../../src/core/base/time.ts';
import type { ProbeResult } from '../../src/core/checkers/outcome.ts';
import type {
  CheckConfig,
  CheckTarget,
  HttpCheckConfig,
  HttpUrlConfig,
  TcpCheckConfig,
} from '../../src/core/model/config.ts';
import { ProbeRunner } from '../../src/drivers/probes/probe-runner.ts';
import type { ProgramPort } from '../../src/drivers/probes/program-port.ts';
import { ip } from './builders/addresses.ts';
import { httpCheck as builtHttpCheck, tcpCheck as builtTcpCheck } from './builders/check.ts';

/** A target on loopback, two seconds to connect. */
export function target(port: number, change: Partial<CheckTarget> = {}): CheckTarget {
  return { address: ip('127.0.0.1'), port, connectTimeout: milliseconds(2_000), ...change };
}

/** A TCP_CHECK of a port on loopback. */
export function tcpCheck(port: number, change: Partial<CheckTarget> = {}): TcpCheckConfig {
  return builtTcpCheck({ target: target(port, change) });
}

/** An HTTP_GET of a port on loopback; `/` when no url is given. */
export function httpCheck(
  port: number,
  urls: readonly Partial<HttpUrlConfig>[] = [{}],
  change: Partial<HttpCheckConfig> = {},
): HttpCheckConfig {
  return builtHttpCheck([], {
    target: target(port),
    urls: urls.map((url) => ({ path: '/', statusCodes: [], ...url })),
    ...change,
  });
}

/** A server on loopback whose connections are handled by `serve`; closed when the test ends. */
export async function listen(
  serve: (socket: Socket) => void,
  address = '127.0.0.1',
): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  return await started(server, open, address);
}

/** Waits until `server` listens on `address`, and closes it when the test ends. */
export async function started(
  server: Server,
  open: ReadonlySet<Socket>,
  address = '127.0.0.1',
): Promise<number> {
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers each request with the same bytes and then ends the connection. */
export async function answering(answer: string | Uint8Array): Promise<number> {
  return await listen((socket) => {
    socket.once('data', () => socket.end(answer));
    socket.once('end', () => socket.end());
  });
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const NO_PROGRAMS: ProgramPort = {
  run: () => {
    throw new Error('no program is expected');
  },
};

/** A runner whose results can be awaited; closed when the test ends. */
export class Prober {
  readonly runner: ProbeRunner;
  /** Every result, in order. */
  readonly results: { readonly checkId: number; readonly generation: number }[] = [];
  readonly #waiting = new Map<string, (result: ProbeResult) => void>();
  #nextId = 1;

  /** `programs`: who runs those of MISC_CHECK. */
  constructor(slots = 64, programs: ProgramPort = NO_PROGRAMS) {
    this.runner = new ProbeRunner({
      slots,
      programs,
      onEnd: (checkId, generation, result) => {
        this.results.push({ checkId, generation });
        this.#waiting.get(`${checkId}/${generation}`)?.(result);
      },
    });
    onTestFinished(() => this.runner.close());
  }

  /** Runs a probe to its end. */
  async run(check: CheckConfig): Promise<ProbeResult> {
    const checkId = this.#nextId;
    this.#nextId += 1;
    return await this.expect(checkId, 1, () => this.runner.start(checkId, 1, check));
  }

  /** The result of a probe that `start` starts. */
  async expect(checkId: number, generation: number, start: () => void): Promise<ProbeResult> {
    return await new Promise((resolve) => {
      this.#waiting.set(`${checkId}/${generation}`, resolve);
      start();
    });
  }
}

/** Runs one probe with a runner of its own. */
export async function probe(check: CheckConfig): Promise<ProbeResult> {
  return await new Prober().run(check);
}

/** Expects of a value that it becomes right within ten seconds. */
export function eventually<T>(value: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(value, { timeout: 10_000, interval: 5 });
}
