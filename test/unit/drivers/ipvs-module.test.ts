/** Why IPVS can't be used, in an operator's words. */
import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../src/drivers/ipvs-module.ts';
import { KernelError } from '../../../src/drivers/kernel-error.ts';

describe('unavailable', () => {
  it.each([
    ['ENOENT', 'no-module', 'the module ip_vs is missing'],
    ['EPERM', 'no-permission', 'CAP_NET_ADMIN in the initial user namespace'],
    ['EIO', 'failed', 'find IPVS: EIO'],
  ])('%s is %s', (errnoName, reason, words) => {
    const error = new KernelError('find IPVS', errnoName);
    const result = unavailable(error, undefined);
    expect(result).toMatchObject({ reason, error });
    expect(result.message).toContain(words);
  });
});
