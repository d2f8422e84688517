/** A list of virtual servers on its way to the health process. */
import { describe, expect, it } from 'vitest';
import {
  heardVirtualServers,
  ToldVirtualServers,
} from '../../../../src/daemon/frame/virtual-server-news.ts';
import { realServer, virtualServer } from '../../../support/builders/service.ts';

const servers = (weight: number) =>
  ['a', 'b', 'c'].map((key, index) =>
    virtualServer({ key, realServers: [realServer('10.0.0.1', 80, { weight: index + weight })] }),
  );

describe('virtual servers on their way', () => {
  it('arrive whole the first time, and what is the same as its place later', () => {
    const told = new ToldVirtualServers();
    const first = told.next(servers(1));
    expect(first).toEqual(servers(1));
    const heard = heardVirtualServers([], first);
    const [a, b, c] = servers(1);
    if (a === undefined || b === undefined || c === undefined) throw new Error('three');
    const changed = { ...b, scheduler: 'mh' };
    const next = told.next([c, changed, a]);
    expect(next).toEqual([2, changed, 0]);
    const again = heardVirtualServers(heard, structuredClone(next));
    expect(again).toEqual([c, changed, a]);
    expect(again[0]).toBe(heard[2]);
    expect(again[2]).toBe(heard[0]);
  });

  it('are never fewer: a place that is not known is an error', () => {
    expect(() => heardVirtualServers(servers(1), [0, 3])).toThrow(RangeError);
  });

  it('are told whole to another process', () => {
    const told = new ToldVirtualServers();
    told.next(servers(1));
    told.forget();
    expect(told.next(servers(1))).toEqual(servers(1));
  });

  it('with one key twice, the first is compared', () => {
    const told = new ToldVirtualServers();
    const [a] = servers(1);
    if (a === undefined) throw new Error('one');
    const twin = { ...a, scheduler: 'mh' };
    told.next([a, twin]);
    expect(told.next([a, twin])).toEqual([0, twin]);
  });
});
