/** Commands that a child process carries out, as the supervisor hands them on. */
import { expect, test } from 'vitest';
import { err, ok } from '../../../../src/core/base/result.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import {
  type ChildReply,
  childCommands,
} from '../../../../src/daemon/supervisor/child-commands.ts';

/** The handlers before a vrrp process that answers so, with what it was asked and what the log was told. */
function commandsBefore(reply: ChildReply | undefined) {
  const asked: unknown[] = [];
  const told: Fact[] = [];
  const vrrp = {
    ask: async (request: unknown) => {
      asked.push(request);
      return reply;
    },
  };
  const health = { ask: async () => Promise.reject(new Error('not its command')) };
  const handlers = childCommands({ vrrp, health }, (fact) => told.push(fact));
  return { handlers, asked, told };
}

const RESIGN = { command: 'resign', instance: 'VI_1' } as const;

test('O8: the answer of the child goes to the operator, and its message to the log', async () => {
  const reply = ok({ instance: 'VI_1', message: 'VI_1 gave mastership away.' });
  const { handlers, asked, told } = commandsBefore(reply);
  expect(await handlers.resign(RESIGN)).toEqual(reply);
  expect(asked).toEqual([RESIGN]);
  expect(told).toEqual([
    {
      id: 'operator.resign',
      target: 'VI_1',
      origin: 'cli',
      outcome: 'VI_1 gave mastership away.',
    },
  ]);
});

test('O8: a refusal of the child goes the same ways', async () => {
  const reply = err({ code: 'not-found', message: 'there is no vrrp_instance VI_1' });
  const { handlers, told } = commandsBefore(reply);
  expect(await handlers.resign(RESIGN)).toEqual(reply);
  expect(told).toMatchObject([{ outcome: 'there is no vrrp_instance VI_1' }]);
});

test('O8: a child that does not answer is named', async () => {
  const { handlers, told } = commandsBefore(undefined);
  const message = 'VI_1: the vrrp process does not answer; see tandem status';
  expect(await handlers.resign(RESIGN)).toEqual(err({ code: 'no-answer', message }));
  expect(told).toMatchObject([{ id: 'operator.resign', outcome: message }]);
});

test.each([null, 7, {}, { ok: false }, { ok: false, error: { code: 1 } }, { ok: 'yes' }])(
  'O8: what is no answer (%j) counts as none',
  async (reply) => {
    const { handlers } = commandsBefore(reply as never);
    expect(await handlers.resign(RESIGN)).toMatchObject({
      ok: false,
      error: { code: 'no-answer' },
    });
  },
);
