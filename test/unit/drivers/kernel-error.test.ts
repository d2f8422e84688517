/** Refusals of the kernel as values. */
import { describe, expect, it } from 'vitest';
import { errnoName, KernelError } from '../../../src/drivers/kernel-error.ts';

describe('KernelError', () => {
  it('says what was asked, what the kernel answered, and why if it told', () => {
    expect(new KernelError('add x', 'EEXIST').message).toBe('add x: EEXIST');
    expect(new KernelError('add x', 'EINVAL', 'bad prefix').message).toBe(
      'add x: EINVAL (bad prefix)',
    );
  });
});

describe('errno names', () => {
  it.each([
    [-17, 'EEXIST'],
    [17, 'EEXIST'],
    [3, 'ESRCH'],
    [11, 'EAGAIN'],
    [34, 'ERANGE'],
    [95, 'EOPNOTSUPP'],
    [99, 'EADDRNOTAVAIL'],
    [105, 'ENOBUFS'],
    [4095, 'E4095'],
  ])('%i is %s', (number, name) => {
    expect(errnoName(number)).toBe(name);
  });
});
