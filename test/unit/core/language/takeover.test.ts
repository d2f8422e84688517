/** `heartbeat`, `witness` and what instances say of them: what is built, what is refused, what is shown. */
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/core/language/format-diagnostic.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { findings, parse } from '../../../support/parse-text.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const HEARTBEAT = `heartbeat lb02 {
  neighbor_ip 10.9.0.2
  key ${KEY}
}
`;
const WITNESS = `witness lan {
  address 192.0.2.1
}
`;

const instance = (...lines: readonly string[]): string => `vrrp_instance VI {
  interface eth0
  virtual_router_id 5
  priority 150
  ${lines.join('\n  ')}
  virtual_ipaddress {
    192.0.2.100
  }
}
`;

const takeoverOf = (text: string) => parse(text).config?.takeover;
const instanceOf = (text: string) => parse(text).config?.vrrpInstances[0];

test('the defaults: 200 ms, a second of silence, port 5798; one host, each second', () => {
  expect(findings(parse(HEARTBEAT + WITNESS))).toEqual([]);
  expect(takeoverOf(HEARTBEAT + WITNESS)).toEqual({
    heartbeats: [
      {
        name: 'lb02',
        neighbour: '10.9.0.2',
        port: 5798,
        interval: 200_000,
        multiplier: 5,
        key: { secret: KEY },
      },
    ],
    witnesses: [
      {
        name: 'lan',
        addresses: ['192.0.2.1'],
        atLeast: 1,
        interval: 1_000_000,
        timeout: 1_000_000,
      },
    ],
  });
});

test('without them there is nothing', () => {
  expect(takeoverOf(instance())).toBeUndefined();
  expect(instanceOf(instance())).not.toHaveProperty('takeoverHeartbeat');
});

test('an instance names them, above or below its block; veto is the default', () => {
  const lines = ['takeover_heartbeat lb02', 'takeover_witness lan'];
  const named = { takeoverHeartbeat: { name: 'lb02', mode: 'veto' }, takeoverWitness: 'lan' };
  expect(instanceOf(HEARTBEAT + WITNESS + instance(...lines))).toMatchObject(named);
  expect(instanceOf(instance(...lines) + HEARTBEAT + WITNESS)).toMatchObject(named);
  expect(instanceOf(HEARTBEAT + instance('takeover_heartbeat lb02 allow'))).toMatchObject({
    takeoverHeartbeat: { name: 'lb02', mode: 'allow' },
  });
});

test('a name that nothing defines is reported and left out', () => {
  const text = HEARTBEAT + WITNESS + instance('takeover_heartbeat lb20', 'takeover_witness wan');
  expect(findings(parse(text))).toEqual(['12:unknown-reference', '13:unknown-reference']);
  const found = instanceOf(text);
  expect([found?.takeoverHeartbeat, found?.takeoverWitness]).toEqual([undefined, undefined]);
});

test.each([
  ['no neighbour', HEARTBEAT.replace(/neighbor_ip.*/, ''), '1:block-dropped'],
  ['no key', HEARTBEAT.replace(/key.*/, ''), '1:block-dropped'],
  ['two families', HEARTBEAT.replace('key', 'source_ip fd00::1\n  key'), '1:block-dropped'],
  ['a link-local neighbour', HEARTBEAT.replace('10.9.0.2', 'fe80::2'), '1:block-dropped'],
  ['no host', WITNESS.replace(/address.*/, ''), '1:block-dropped'],
])('%s: it is dropped', (_, text, finding) => {
  expect(findings(parse(text))).toEqual([finding]);
  expect(takeoverOf(text)).toBeUndefined();
});

test.each([
  ['text', 'short', '5'],
  ['digits', 'hex:00ff', '2'],
  ['what is no hexadecimal number', 'hex:zz', '0'],
])('a key of too few bytes, as %s: it is dropped', (_, key, bytes) => {
  const { diagnostics, config } = parse(HEARTBEAT.replace(KEY, key));
  expect(diagnostics.map(({ message }) => message)).toEqual([
    `heartbeat "lb02" has a key of ${bytes} bytes and is ignored`,
  ]);
  expect(config?.takeover).toBeUndefined();
});

test('a key in a file is read, without the newline at its end; one that others can read is reported', () => {
  const file = HEARTBEAT.replace(KEY, 'file:/etc/tandem/key');
  const read = (state: 'private' | 'exposed', text: string) =>
    parse(file, { host: { secretFile: () => ({ state, text }) } });
  const good = read('private', `${KEY}\n`);
  expect(findings(good)).toEqual([]);
  expect(good.config?.takeover?.heartbeats[0]?.key).toEqual({
    secret: KEY,
    file: '/etc/tandem/key',
  });
  expect(findings(read('exposed', KEY))).toEqual(['3:secret-exposed']);
  expect(findings(read('private', 'short\n'))).toEqual(['1:block-dropped']);
  const unread = parse(file, { host: { secretFile: () => ({ state: 'unreadable' }) } });
  expect(findings(unread)).toContain('3:invalid-value');
  expect(unread.config?.takeover).toBeUndefined();
  expect(findings(parse(file))).toEqual([]);
});

test('of two with the same neighbour and port the first counts', () => {
  const text = HEARTBEAT + HEARTBEAT.replace('lb02', 'other');
  expect(findings(parse(text))).toEqual(['5:duplicate-name']);
  expect(takeoverOf(text)?.heartbeats.map(({ name }) => name)).toEqual(['lb02']);
});

test('more hosts than there are, and a timeout above the interval, are repaired', () => {
  const text = WITNESS.replace(
    '192.0.2.1',
    '192.0.2.1\n  address 192.0.2.1\n  address fd00::1\n  at_least 3\n  timeout 3000',
  );
  expect(findings(parse(text))).toEqual(['5:setting-reset', '6:setting-reset']);
  expect(takeoverOf(text)?.witnesses).toMatchObject([
    { addresses: ['192.0.2.1', 'fd00::1'], atLeast: 2, timeout: 1_000_000 },
  ]);
});

test('a witness that no instance names is advised about, a heartbeat is not: the peer may need it', () => {
  const { diagnostics } = parse(HEARTBEAT + WITNESS + instance());
  expect(diagnostics.map(({ message }) => message)).toEqual(['witness "lan" is used nowhere']);
});

test('the key is in no finding and in no plan', () => {
  const texts = parse(HEARTBEAT.replace(KEY, `${KEY} surplus`)).diagnostics.map(formatDiagnostic);
  expect(texts).toHaveLength(1);
  const [before, after] = [HEARTBEAT, HEARTBEAT.replace('cdef\n', 'cdee\n')].map((text) => {
    const { config } = parse(text + instance('takeover_heartbeat lb02'));
    if (config === undefined) throw new Error('refused');
    return config;
  });
  if (before === undefined || after === undefined) throw new Error('refused');
  const { changes } = diffConfig(before, after);
  expect(changes).toMatchObject([
    { type: 'heartbeat', name: 'lb02', change: 'change', fields: [{ field: 'key' }] },
  ]);
  expect(JSON.stringify([texts, changes])).not.toContain('0123456789');
});
