/** The line of the log about an operation that failed. */
import { expect, it } from 'vitest';
import { type Trouble, troubleText } from '../../../../src/core/facts/troubles.ts';

const SERVICE = 'tcp:192.0.2.1:80';

it.each<readonly [Trouble, string]>([
  [
    { operation: 'add-address', about: '192.0.2.1/24 on eth0', errno: 'EPERM' },
    'add address 192.0.2.1/24 on eth0 failed, EPERM',
  ],
  [
    { operation: 'write-pid-file', about: '/run/x.pid', errno: 'ELOOP', detail: 'it is a link' },
    'write the PID file /run/x.pid failed, ELOOP: it is a link',
  ],
  [
    { operation: 'read-processes', errno: '', detail: 'no room' },
    'read the list of processes failed, no room',
  ],
  [
    { operation: 'change-service', about: SERVICE, errno: 'ENOENT', detail: 'no module' },
    `change service ${SERVICE} failed, ENOENT: no module`,
  ],
  [
    { operation: 'add-service', about: SERVICE, count: 5, errno: 'ENOENT', detail: 'no module' },
    `add 5 services failed, ENOENT: no module; the first: ${SERVICE}`,
  ],
  [
    { operation: 'remove-server', about: SERVICE, count: 2, errno: 'EPERM', detail: '' },
    `remove 2 servers failed, EPERM: the first: ${SERVICE}`,
  ],
])('%j', (trouble, line) => {
  expect(troubleText(trouble)).toBe(line);
});
