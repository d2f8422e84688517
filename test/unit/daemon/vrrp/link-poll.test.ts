/** Polling of links: what is asked, what is told, and what happens without an answer. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Trouble } from '../../../../src/core/facts/troubles.ts';
import { LinkPoll } from '../../../../src/daemon/vrrp/link-poll.ts';

const links = new Map<string, boolean | undefined | Error>();
const asked: string[] = [];
const troubles: Trouble[] = [];
let changes = 0;
let poll: LinkPoll;

beforeEach(() => {
  vi.useFakeTimers();
  links.clear();
  asked.length = 0;
  troubles.length = 0;
  changes = 0;
  poll = new LinkPoll({
    ask: async (name) => {
      asked.push(name);
      const answer = links.get(name);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onChange: () => {
      changes += 1;
    },
    onTrouble: (trouble) => troubles.push(trouble),
  });
});

afterEach(() => {
  poll.close();
  vi.useRealTimers();
});

const wanted = (...names: string[]): ReadonlyMap<string, undefined> =>
  new Map(names.map((name) => [name, undefined]));

test('asks at once and then each second, and tells changes only', async () => {
  links.set('eth0', true);
  await poll.configure(wanted('eth0'));
  expect(poll.facts).toEqual([{ interface: 'eth0', hasLink: true }]);
  expect(changes).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked).toHaveLength(4);
  expect(changes).toBe(1);
  links.set('eth0', false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(changes).toBe(2);
  expect(poll.facts).toEqual([{ interface: 'eth0', hasLink: false }]);
});

test('a driver that does not tell, or an interface that is gone, is said once and counts as reported', async () => {
  links.set('eth0', true);
  links.set('gone', new Error('ENODEV'));
  await poll.configure(wanted('eth0', 'gone', 'mute'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(poll.facts).toEqual([{ interface: 'eth0', hasLink: true }]);
  expect(troubles.map(({ about }) => about)).toEqual(['gone', 'mute']);
  links.set('eth0', undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(poll.facts).toEqual([]);
  expect(changes).toBe(2);
});

test('without interfaces nothing is asked any more', async () => {
  links.set('eth0', true);
  await poll.configure(wanted('eth0'));
  await poll.configure(wanted());
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked).toHaveLength(1);
  expect(poll.facts).toEqual([]);
});

test('a kernel that takes longer than a second is not asked twice at a time', async () => {
  let answer: ((hasLink: boolean) => void) | undefined;
  let count = 0;
  const slow = new LinkPoll({
    ask: () => {
      count += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    onChange: () => undefined,
    onTrouble: () => undefined,
  });
  void slow.configure(wanted('eth0'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(count).toBe(1);
  answer?.(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(count).toBe(2);
  slow.close();
});
