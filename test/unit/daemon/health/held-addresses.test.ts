/** The watch over this host's addresses, with a kernel that answers when the test says. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import { HeldAddresses } from '../../../../src/daemon/health/held-addresses.ts';
import type { AddressPort } from '../../../../src/daemon/health/ports.ts';
import { KernelError } from '../../../../src/drivers/kernel-error.ts';
import type { NetworkMonitorHandlers, NetworkPicture } from '../../../../src/drivers/rtnetlink.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { settle, useFakeClock } from '../../../support/fake-process.ts';

function setUp() {
  const told: string[] = [];
  const problems: string[] = [];
  const answers: ((picture: NetworkPicture | KernelError) => void)[] = [];
  let handlers: NetworkMonitorHandlers | undefined;
  let opened = 0;
  let closed = 0;
  const port: AddressPort = {
    monitor: (given) => {
      handlers = given;
    },
    dump: () =>
      new Promise((resolve, reject) =>
        answers.push((answer) =>
          answer instanceof KernelError ? reject(answer) : resolve(answer),
        ),
      ),
    close: () => {
      closed += 1;
    },
  };
  const watch = new HeldAddresses({
    open: () => {
      opened += 1;
      return port;
    },
    onHeld: (held) => told.push([...held].join(' ')),
    onProblem: (errno, detail) => problems.push(`${errno} ${detail}`),
  });
  const answer = async (answered: string[] | KernelError): Promise<void> => {
    const next = answers.shift();
    if (next === undefined) throw new Error('nothing is read');
    next(answered instanceof KernelError ? answered : pictureOf(answered));
    await settle();
  };
  const notify = (): void =>
    handlers?.onChange({ type: 'address', address: pictureOf(['10.9.9.9']).addresses[0] as never });
  const counts = () => ({ opened, closed, reading: answers.length });
  return { watch, told, problems, answer, notify, counts, overrun: () => handlers?.onOverrun() };
}

function pictureOf(addresses: readonly string[]): NetworkPicture {
  const entry = (address: string) => ({ address: ip(address), prefixLength: 32, ifindex: 1 });
  return { interfaces: [], links: [], addresses: addresses.map(entry) as never };
}

function watched(...addresses: readonly string[]): ReadonlySet<IpAddress> {
  return new Set(addresses.map(ip));
}

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('opens nothing without an address to watch', async () => {
  const { watch, counts } = setUp();
  watch.watch(watched());
  watch.retry();
  await settle();
  expect(counts()).toEqual({ opened: 0, closed: 0, reading: 0 });
});

test('tells which of the addresses are there, at first and when that changes', async () => {
  const { watch, told, answer, notify } = setUp();
  watch.watch(watched('10.0.0.1', '10.0.0.2'));
  await answer(['10.0.0.7', '10.0.0.2']);
  notify();
  await answer(['10.0.0.2', '10.9.9.9']);
  notify();
  await answer([]);
  expect(told).toEqual(['10.0.0.2', '']);
});

test('reads once more for all changes that came during a reading', async () => {
  const { watch, answer, notify, counts, overrun, told } = setUp();
  watch.watch(watched('10.0.0.1'));
  notify();
  notify();
  overrun();
  expect(counts().reading).toBe(1);
  await answer([]);
  expect(counts().reading).toBe(1);
  await answer(['10.0.0.1']);
  expect(counts().reading).toBe(0);
  expect(told).toEqual(['', '10.0.0.1']);
});

test('says once that it cannot read, tries again, and tells what it finds then', async () => {
  const { watch, answer, problems, told, counts } = setUp();
  watch.watch(watched('10.0.0.1'));
  await answer(new KernelError('read addresses', 'ENOBUFS'));
  watch.retry();
  await answer(new KernelError('read addresses', 'ENOBUFS'));
  watch.retry();
  await answer(['10.0.0.1']);
  watch.retry();
  expect(problems).toEqual(['ENOBUFS KernelError: read addresses: ENOBUFS']);
  expect(told).toEqual(['10.0.0.1']);
  expect(counts()).toEqual({ opened: 3, closed: 2, reading: 0 });
});

test('tells again after another configuration, and nothing after the last one', async () => {
  const { watch, answer, told, counts } = setUp();
  watch.watch(watched('10.0.0.1'));
  await answer(['10.0.0.1']);
  watch.watch(watched('10.0.0.1', '10.0.0.2'));
  await answer(['10.0.0.1']);
  watch.watch(watched('10.0.0.1'));
  watch.watch(watched());
  await answer(['10.0.0.1']);
  expect(told).toEqual(['10.0.0.1', '10.0.0.1']);
  expect(counts()).toEqual({ opened: 1, closed: 1, reading: 0 });
});

test('says nothing of a reading that its end cuts off', async () => {
  const { watch, answer, notify, problems, told, counts } = setUp();
  watch.watch(watched('10.0.0.1'));
  notify();
  watch.close();
  await answer(new KernelError('read addresses', 'ECANCELED'));
  watch.retry();
  await settle();
  expect([problems, told]).toEqual([[], []]);
  expect(counts()).toEqual({ opened: 1, closed: 1, reading: 0 });
});
