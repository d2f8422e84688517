/** Refusals of the kernel as values. */
import { describe, expect, it } from 'vitest';
import { KernelError } from '../../../src/drivers/kernel-error.ts';

describe('KernelError', () => {
  it('says what was asked, what the kernel answered, and why if it told', () => {
    expect(new KernelError('add x', 'EEXIST').message).toBe('add x: EEXIST');
    expect(new KernelError('add x', 'EINVAL', 'bad prefix').message).toBe(
      'add x: EINVAL (bad prefix)',
    );
  });
});
