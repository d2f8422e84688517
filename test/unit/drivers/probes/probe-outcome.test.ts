/** errno -> outcome and words: a verdict about the server, or about this host. */
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { connectionFailure, launchFailure } from '../../../../src/drivers/probes/probe-outcome.ts';

const context = { phase: 'connect', timeout: milliseconds(1_500), elapsedUs: 7.4 } as const;

describe('a connection that failed', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['ENOMEM', 'local-error'],
  ] as const)('with %s: %s', (name, outcome) => {
    const result = connectionFailure(-constants.errno[name], context);
    expect(result).toMatchObject({ outcome, elapsed: 7 });
    expect(result.detail).not.toContain('\n');
  });

  it('says how long it was waited, and for what', () => {
    const { ETIMEDOUT } = constants.errno;
    expect(connectionFailure(-ETIMEDOUT, context).detail).toBe('no connection within 1.5 s');
    expect(connectionFailure(-ETIMEDOUT, { ...context, phase: 'receive' }).detail).toBe(
      'no complete answer within 1.5 s',
    );
  });

  it('names an errno it has no words for', () => {
    const result = connectionFailure(-constants.errno.EPROTO, context);
    expect(result).toMatchObject({ outcome: 'unreachable', detail: 'connect: EPROTO' });
  });
});

describe('a connection that could not be tried', () => {
  it.each([
    // No route is a normal failure; the rest says nothing about the server (keepalived 8.12).
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['EADDRNOTAVAIL', 'local-error'],
    ['EADDRINUSE', 'local-error'],
    ['EMFILE', 'local-error'],
    ['ENOBUFS', 'local-error'],
    ['EPERM', 'local-error'],
    ['EINVAL', 'local-error'],
  ] as const)('with %s: %s', (name, outcome) => {
    expect(launchFailure(-constants.errno[name])).toMatchObject({ outcome, elapsed: 0 });
  });
});
