/** The words of `tandem server`, and what status shows of it. */
import { expect, test } from 'vitest';
import { orderRemarks } from '../../../src/cli/render-orders.ts';
import { serverRequest } from '../../../src/cli/server.ts';
import type { VirtualServerStatus } from '../../../src/core/control/status.ts';

test.each([
  ['drain', ['10.0.1.1'], {}, { action: 'drain', server: '10.0.1.1' }],
  [
    'drain',
    ['10.0.1.1'],
    { timeout: '10m' },
    { action: 'drain', server: '10.0.1.1', seconds: 600 },
  ],
  ['drain', ['10.0.1.1'], { timeout: '90' }, { action: 'drain', server: '10.0.1.1', seconds: 90 }],
  ['weight', ['10.0.1.1', '5'], {}, { action: 'weight', server: '10.0.1.1', weight: 5 }],
  ['weight', ['5'], { service: 'web' }, { action: 'weight', service: 'web', weight: 5 }],
  ['enable', [], { service: 'web' }, { action: 'enable', service: 'web' }],
])('%s %j %j', (action, words, options, request) => {
  expect(serverRequest(action, words, options)).toEqual({
    ok: true,
    value: { command: 'server', ...request },
  });
});

test.each([
  ['weight', ['10.0.1.1'], {}, 'weight needs a whole number as its last word'],
  ['weight', [], {}, 'weight needs a whole number as its last word'],
  ['drain', ['a', 'b', 'c'], {}, 'one real server at a time: "b c" is too much'],
  [
    'drain',
    ['a'],
    { timeout: 'soon' },
    '--timeout takes a time such as 90, 90s, 10m or 2h, not "soon"',
  ],
])('%s %j %j is refused', (action, words, options, error) => {
  expect(serverRequest(action, words, options)).toEqual({ ok: false, error });
});

test('status says what is ordered, how far a drain is, and who leaves', () => {
  const drain = {
    activeConnections: 3,
    inactiveConnections: 1,
    persistentConnections: 2,
    emptyInSeconds: 40,
    endsInSeconds: 240,
  };
  const order = { since: '', forSeconds: 60, weight: null, drained: null, drain: null };
  const server = {
    realServers: [
      { key: 'a:1', order: { ...order, kind: 'drain', drained: false, drain } },
      { key: 'b:1', order: { ...order, kind: 'drain', drained: true } },
      { key: 'c:1', order: { ...order, kind: 'maintenance' } },
      { key: 'd:1', order: { ...order, kind: 'weight', weight: 5 } },
      { key: 'e:1', order: null },
    ],
    leaving: [
      {
        key: 'f:1',
        since: '',
        forSeconds: 2,
        drain: { ...drain, activeConnections: null, emptyInSeconds: null },
      },
    ],
  } as unknown as VirtualServerStatus;
  expect(orderRemarks(server).map(({ text }) => text)).toEqual([
    'a:1: draining by an operator for 1 min: 3 active, 1 inactive, 2 persistent connections left, none in about 40 s, ends in 4 min at the latest',
    'b:1: drained by an operator, ordered 1 min ago',
    'c:1: in maintenance by an operator for 1 min',
    'd:1: weight 5 by an operator for 1 min',
    'f:1: no longer in the configuration for 2.0 s, draining: connections not counted yet, ends in 4 min at the latest',
  ]);
});
