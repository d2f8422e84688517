/** Names and texts of failed system calls. */

import { errnoName, OsError } from 'dgram-extensions';
import { describe, expect, it } from 'vitest';

describe('OsError', () => {
  it('names the call and the errno', () => {
    const error = new OsError('bind', -98);
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      errno: -98,
      syscall: 'bind',
      message: 'bind: EADDRINUSE',
      name: 'OsError',
    });
    expect(error).toBeInstanceOf(Error);
  });
});

describe('errnoName', () => {
  it('knows the errnos this package reports', () => {
    expect([-105, -100, -110, -111, -11].map(errnoName)).toEqual([
      'ENOBUFS',
      'ENETDOWN',
      'ETIMEDOUT',
      'ECONNREFUSED',
      'EAGAIN',
    ]);
  });

  it.each([
    [-17, 'EEXIST'],
    [17, 'EEXIST'],
    [3, 'ESRCH'],
    [11, 'EAGAIN'],
    [34, 'ERANGE'],
    [-95, 'EOPNOTSUPP'],
    [95, 'EOPNOTSUPP'],
    [99, 'EADDRNOTAVAIL'],
    [105, 'ENOBUFS'],
    [-94, 'ESOCKTNOSUPPORT'],
  ])('names %i %s, whatever its sign', (number, name) => {
    expect(errnoName(number)).toBe(name);
  });

  it('gives a number a name when the system has none, and never throws', () => {
    expect(errnoName(-4000)).toBe('ERRNO_4000');
    expect(errnoName(4095)).toBe('ERRNO_4095');
    expect(errnoName(Number.NaN)).toMatch(/^ERRNO_/);
  });
});
