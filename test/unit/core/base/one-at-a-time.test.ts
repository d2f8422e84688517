/** Work that overlaps with nothing of its kind. */
import { expect, test } from 'vitest';
import { OneAtATime } from '../../../../src/core/base/one-at-a-time.ts';

function setUp() {
  const ends: ReturnType<typeof withResolvers>[] = [];
  let again = 0;
  const one = new OneAtATime({
    work: () => {
      const end = withResolvers();
      ends.push(end);
      return end.promise;
    },
    again: () => {
      again += 1;
    },
  });
  return { one, ends, again: () => again };
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

test('runs at once, and is due once more for all who asked meanwhile', async () => {
  const { one, ends, again } = setUp();
  const first = one.run();
  await one.run();
  await one.run();
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await first;
  expect(again()).toBe(1);
  const second = one.run();
  expect(ends).toHaveLength(2);
  ends[1]?.resolve();
  await second;
  expect(again()).toBe(1);
});

test("goes on after a failure, which is the caller's", async () => {
  const { one, ends, again } = setUp();
  const first = one.run();
  await one.run();
  ends[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  expect(again()).toBe(1);
  void one.run();
  expect(ends).toHaveLength(2);
});
