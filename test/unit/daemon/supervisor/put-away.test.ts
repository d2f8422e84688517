/** How a director's processes are put away at a stop: by themselves, or by another in their place; and what is said of it. */
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { healthPutAway, putAway } from '../../../../src/daemon/supervisor/put-away.ts';
import type { StopOutcome } from '../../../../src/daemon/supervisor/role-process.ts';

interface Story {
  readonly facts: readonly Fact[];
  readonly substitutes: readonly unknown[];
  readonly outcome: { readonly orderly: boolean; readonly clean: boolean };
}

const ORDERLY: StopOutcome = { end: 'orderly', left: [] };

async function stop(
  child: { readonly stop: StopOutcome; readonly substitute?: StopOutcome },
  options: {
    readonly keepTable?: boolean;
    readonly owned?: readonly string[];
    readonly flushes?: boolean;
  } = {},
): Promise<Story> {
  const facts: Fact[] = [];
  const substitutes: unknown[] = [];
  const stoppable = {
    stop: async () => child.stop,
    substitute: async (request: unknown) => {
      substitutes.push(request);
      return child.substitute ?? ORDERLY;
    },
    close: () => undefined,
  };
  const outcome = await putAway(
    healthPutAway(stoppable, options.keepTable ?? false, {
      flushes: options.flushes ?? false,
      owned: () => options.owned ?? ['tcp:192.0.2.1:80'],
      tell: (fact) => facts.push(fact),
    }),
  );
  return { facts, substitutes, outcome };
}

describe('V10, V15: at a stop', () => {
  test('a process that puts everything away needs no other, and nothing is said', async () => {
    expect(await stop({ stop: ORDERLY })).toEqual({
      facts: [],
      substitutes: [],
      outcome: { orderly: true, clean: true },
    });
  });

  test.each(['killed', 'died', 'absent'] as const)(
    'one that was %s is replaced by another',
    async (end) => {
      const story = await stop({ stop: { end } });
      expect(story.substitutes).toEqual([
        { type: 'cleanUp', owned: ['tcp:192.0.2.1:80'], flushes: false },
      ]);
      expect(story.facts).toEqual([
        { id: 'component.stop-failed', component: 'health', end },
        { id: 'component.cleaned-up', component: 'health' },
      ]);
      expect(story.outcome).toEqual({ orderly: false, clean: true });
    },
  );

  test('one that had not begun is orderly, and another puts away what a predecessor left', async () => {
    const story = await stop({ stop: { end: 'not-begun' } });
    expect(story.substitutes).toEqual([
      { type: 'cleanUp', owned: ['tcp:192.0.2.1:80'], flushes: false },
    ]);
    expect(story.outcome).toEqual({ orderly: true, clean: true });
  });

  test('with lvs_flush_on_stop, services of others are put away too, where there are none of ours', async () => {
    const story = await stop({ stop: { end: 'died' } }, { owned: [], flushes: true });
    expect(story.substitutes).toEqual([{ type: 'cleanUp', owned: [], flushes: true }]);
  });

  test('what is left in the kernel is named, and counts as not clean', async () => {
    const left = ['tcp:192.0.2.1:80'];
    const story = await stop({ stop: { end: 'orderly', left } });
    expect(story.facts).toEqual([{ id: 'component.left-behind', component: 'health', left }]);
    expect(story.outcome).toEqual({ orderly: true, clean: false });
  });

  test('when the other fails too, that is said, and nothing counts as clean', async () => {
    const story = await stop({ stop: { end: 'died' }, substitute: { end: 'absent' } });
    expect(story.facts.at(-1)).toEqual({
      id: 'component.clean-up-failed',
      component: 'health',
      end: 'absent',
    });
    expect(story.outcome).toEqual({ orderly: false, clean: false });
  });

  test('a table that is to be kept is left alone', async () => {
    const story = await stop({ stop: { end: 'died' } }, { keepTable: true });
    expect(story.substitutes).toEqual([]);
    expect(story.outcome).toEqual({ orderly: false, clean: true });
  });
});
