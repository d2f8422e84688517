/** Timers: never early, absolute, one deadline at a time. */

import { monotonicUs, Timer } from 'dgram-extensions';
import { afterEach, describe, expect, it } from 'vitest';
import { stall, until } from '../../support/dgram-extensions/wait.ts';

const opened: Timer[] = [];
function timer(handler: (nowUs: number) => void): Timer {
  const made = new Timer(handler);
  opened.push(made);
  return made;
}

afterEach(() => {
  for (const made of opened.splice(0)) made.close();
});

describe('Timer', () => {
  it('never fires early, over 300 deadlines between 0 and 3 ms', async () => {
    const earliness: number[] = [];
    let deadlineUs = 0;
    const made = timer((nowUs) => {
      earliness.push(deadlineUs - nowUs);
      if (earliness.length < 300) next();
    });
    const next = () => {
      deadlineUs = Math.floor(monotonicUs()) + ((earliness.length * 37) % 3000);
      made.arm(deadlineUs);
    };
    next();
    await until('300 expiries', () => earliness.length === 300);
    expect(Math.max(...earliness)).toBeLessThanOrEqual(0);
  });

  it('gives the handler the time of its call', async () => {
    let given = 0;
    let read = 0;
    const armed = monotonicUs();
    timer((nowUs) => {
      given = nowUs;
      read = monotonicUs();
    }).arm(armed);
    await until('the expiry', () => given > 0);
    expect(given).toBeGreaterThanOrEqual(armed);
    expect(given).toBeLessThanOrEqual(read);
  });

  it.each([0, -5, 1])('fires at once for %i, which has passed', async (deadlineUs) => {
    let fired = 0;
    timer(() => fired++).arm(deadlineUs);
    await until('the expiry', () => fired === 1);
  });

  it('fires once', async () => {
    let fired = 0;
    timer(() => fired++).arm(monotonicUs());
    const later = timer(() => {
      fired += 100;
    });
    later.arm(monotonicUs() + 20_000);
    await until('the second timer', () => fired >= 100);
    expect(fired).toBe(101);
  });

  it('forgets the former deadline when armed again', async () => {
    let firedUs = 0;
    const made = timer((nowUs) => {
      firedUs = nowUs;
    });
    const start = monotonicUs();
    made.arm(start + 1000);
    made.arm(start + 30_000);
    await until('the expiry', () => firedUs > 0);
    expect(firedUs).toBeGreaterThanOrEqual(start + 30_000);
  });

  it('does not deliver an expiry that was disarmed before the loop saw it', async () => {
    let fired = 0;
    const made = timer(() => fired++);
    made.arm(monotonicUs());
    stall(2);
    made.disarm();
    let passed = false;
    timer(() => {
      passed = true;
    }).arm(monotonicUs() + 5000);
    await until('a later timer', () => passed);
    expect(fired).toBe(0);
  });

  it('does not deliver an expiry that another handler of the same turn disarmed', async () => {
    const fired: number[] = [];
    const timers = [0, 1].map((index) =>
      timer(() => {
        fired.push(index);
        timers[1 - index]?.disarm();
      }),
    );
    for (const made of timers) made.arm(monotonicUs());
    stall(2);
    let passed = false;
    timer(() => {
      passed = true;
    }).arm(monotonicUs() + 5000);
    await until('a later timer', () => passed);
    expect(fired).toHaveLength(1);
  });

  it('takes deadlines beyond the range of setTimeout', () => {
    const made = timer(() => undefined);
    made.arm(monotonicUs() + 2 ** 31 * 1000 * 1000);
    made.arm(Number.MAX_VALUE);
    made.disarm();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'throws RangeError for %d',
    (deadlineUs) => {
      expect(() => timer(() => undefined).arm(deadlineUs)).toThrow(RangeError);
    },
  );

  it('can be closed twice and in its handler, and is EBADF then', async () => {
    let fired = 0;
    const made = timer(() => {
      fired++;
      made.close();
      made.close();
    });
    made.arm(monotonicUs());
    await until('the expiry', () => fired > 0);
    expect(made.closed).toBe(true);
    expect(() => made.arm(0)).toThrow('EBADF');
    expect(() => made.disarm()).toThrow('EBADF');
    made.ref();
    made.unref();
  });
});
