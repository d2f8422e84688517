/** The setting that Full-NAT needs: set once IPVS is there, again when somebody sets it back, put back at the end. */
import { beforeEach, expect, test } from 'vitest';
import type { FromHealth } from '../../../../src/daemon/frame/messages.ts';
import { ConntrackSwitch } from '../../../../src/daemon/health/conntrack-switch.ts';

const NAME = 'net.ipv4.vs.conntrack';

/** What the kernel has; undefined: the module is not loaded. */
let value: string | undefined;
let errno: string | undefined;
let said: FromHealth[];
let conntrack: ConntrackSwitch;

beforeEach(() => {
  value = '0';
  errno = undefined;
  said = [];
  conntrack = new ConntrackSwitch({
    readSysctl: (name) => (name === NAME ? value : undefined),
    writeSysctl: (_name, text) => {
      if (errno === undefined) value = text;
      return errno;
    },
    send: (message) => said.push(message),
  });
});

test('it is left alone where nobody asks for it', () => {
  conntrack.configure(false);
  conntrack.tend();
  conntrack.putBack();
  expect([value, said]).toEqual(['0', []]);
});

test('it is set, told once, and set again when somebody sets it back', () => {
  conntrack.configure(true);
  conntrack.tend();
  expect(value).toBe('1');
  expect(said).toEqual([{ type: 'settingChanged', setting: NAME, value: '1' }]);
  value = '0';
  conntrack.tend();
  expect([value, said.length]).toEqual(['1', 2]);
});

test('it is put back at the end, and when a reload does not ask for it any more', () => {
  conntrack.configure(true);
  conntrack.configure(false);
  expect(value).toBe('0');
  conntrack.configure(true);
  conntrack.putBack();
  expect(value).toBe('0');
});

test('what was set before stays set', () => {
  value = '1';
  conntrack.configure(true);
  conntrack.putBack();
  expect([value, said]).toEqual(['1', []]);
});

test('before the module is there nothing is missed, and nothing is written', () => {
  value = undefined;
  conntrack.configure(true);
  expect(conntrack.read(NAME)).toBe('1');
  expect(said).toEqual([]);
  value = '0';
  expect(conntrack.read(NAME)).toBe('0');
});

test('a refusal is told once', () => {
  errno = 'EROFS';
  conntrack.configure(true);
  conntrack.tend();
  const trouble = { operation: 'change-setting', about: NAME, errno };
  expect(said).toEqual([{ type: 'trouble', trouble }]);
});
