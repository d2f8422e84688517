/** Questions to a child process. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Numbered } from '../../../../src/daemon/frame/child-commands.ts';
import { ANSWER_MS_MAX, ChildRequests } from '../../../../src/daemon/supervisor/child-requests.ts';

let sent: Numbered<string>[];
let requests: ChildRequests<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  requests = new ChildRequests<string, string>((message) => sent.push(message));
});

afterEach(() => vi.useRealTimers());

test('O8: a reply goes to the question of its number', async () => {
  const [first, second] = [requests.ask('a'), requests.ask('b')];
  expect(sent.map(({ request }) => request)).toEqual(['a', 'b']);
  requests.answer(sent[1]?.id ?? 0, 'B');
  requests.answer(sent[0]?.id ?? 0, 'A');
  expect(await Promise.all([first, second])).toEqual(['A', 'B']);
});

test('O8: a question that is not answered in time ends, and a late reply is dropped', async () => {
  const open = requests.ask('a');
  vi.advanceTimersByTime(ANSWER_MS_MAX);
  expect(await open).toBeUndefined();
  requests.answer(sent[0]?.id ?? 0, 'late');
});

test('O8: a child that is gone answers nothing', async () => {
  const open = [requests.ask('a'), requests.ask('b')];
  requests.abandon();
  expect(await Promise.all(open)).toEqual([undefined, undefined]);
});

test('O8: more questions than a child may have open are not sent', async () => {
  for (let i = 0; i < 40; i++) void requests.ask('a');
  expect(sent.length).toBe(32);
  expect(await requests.ask('b')).toBeUndefined();
});
