/** Assertions about our own code. */
import { expect, it } from 'vitest';
import { InvariantError, invariant, unreachable } from '../../../../src/core/base/assert.ts';
import { err, ok } from '../../../../src/core/base/result.ts';

it('invariant passes what holds and throws InvariantError with a stable code otherwise', () => {
  expect(() => invariant(true, 'fine')).not.toThrow();
  expect(() => invariant(false, 'broken')).toThrow(InvariantError);
  try {
    invariant(false, 'broken');
  } catch (error) {
    expect(error).toMatchObject({ name: 'InvariantError', code: 'INVARIANT', message: 'broken' });
  }
});

it('unreachable throws and names the value', () => {
  const value = { type: 'new' } as unknown as never;
  expect(() => unreachable(value)).toThrow('{"type":"new"}');
});

it('results are told apart by ok', () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 });
  expect(err('no')).toEqual({ ok: false, error: 'no' });
});
