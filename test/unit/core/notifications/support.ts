/** A machine of notifications under test: facts in, deliveries in words out. */
import {
  after,
  type Duration,
  type Instant,
  instant,
  seconds,
} from '../../../../src/core/base/time.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { NotificationMachine } from '../../../../src/core/notifications/machine.ts';
import type {
  MailResult,
  NotifyAction,
  NotifyEvent,
} from '../../../../src/core/notifications/orders.ts';
import type { ProgramOutcome } from '../../../../src/core/programs/program-request.ts';
import type { TransitionReason, VrrpState } from '../../../../src/core/vrrp/events-and-actions.ts';
import { parse } from '../../../support/parse-text.ts';

export const DATE = 'Sat, 28 Nov 2026 13:58:36 +0000';

/** The model of a text; it must be usable. */
export function configOf(text: string): Config {
  const { config } = parse(text);
  if (config === undefined) throw new Error('the configuration of the test is refused');
  return config;
}

export interface Bench {
  readonly machine: NotificationMachine;
  now: Instant;
  readonly actions: NotifyAction[];
  feed(event: NotifyEvent): void;
  fact(fact: Fact): void;
  /** Lets time pass, and hands deadlines over. */
  pass(span: Duration): void;
  /** Ends the run of this key. */
  end(key: string, outcome?: ProgramOutcome): void;
  mailEnd(id: number, result?: MailResult): void;
  /** Takes what was ordered since the last call. */
  take(): NotifyAction[];
  /** The same in words. */
  words(): string[];
}

export const SUCCESS: ProgramOutcome = { kind: 'exited', status: 0 };

/** A machine with a configuration and a runner process. `obliging`: everything that is ordered succeeds at once. */
export function bench(config: Config, { obliging = false } = {}): Bench {
  const machine = new NotificationMachine({ user: 'root', host: 'vm' });
  const one: Bench = {
    machine,
    now: instant(1_000_000),
    actions: [],
    feed(event) {
      const actions = machine.handle(one.now, event);
      one.actions.push(...actions);
      if (obliging) for (const action of actions) oblige(one, action);
    },
    fact: (fact) => one.feed({ type: 'fact', fact, date: DATE }),
    pass(span) {
      const until = after(one.now, span);
      for (let round = 0; round < 10_000; round++) {
        const due = machine.deadline;
        if (due === undefined || due > until) break;
        one.now = Math.max(due, one.now) as Instant;
        one.feed({ type: 'deadline' });
      }
      one.now = until;
    },
    end: (key, outcome = SUCCESS) =>
      one.feed({ type: 'programEnded', end: { key, outcome, ran: seconds(1) } }),
    mailEnd: (id, result = { kind: 'sent', refused: [] }) =>
      one.feed({ type: 'mailEnded', id, result }),
    take: () => one.actions.splice(0),
    words: () => one.take().flatMap(wordsOf),
  };
  one.feed({ type: 'configure', config });
  one.feed({ type: 'runner', isUp: true });
  return one;
}

function oblige(one: Bench, action: NotifyAction): void {
  if (action.type === 'run' && action.request.lane === 'notify') one.end(action.request.key);
  if (action.type === 'write') {
    const { id, name, lines } = action;
    one.feed({ type: 'written', id, name, written: lines.length });
  }
  if (action.type === 'send') one.mailEnd(action.mail.id);
  if (action.type === 'cancel') one.end(action.key, { kind: 'cancelled' });
}

/** `run /m INSTANCE A MASTER 100`, `line all: ...`, `mail ...`, `fact ...`. */
function wordsOf(action: NotifyAction): string[] {
  switch (action.type) {
    case 'run': {
      const { command, moreArguments = [] } = action.request;
      return [`run ${[...command.argv, ...moreArguments].join(' ')}`];
    }
    case 'cancel':
      return [`cancel ${action.key}`];
    case 'write':
      return action.lines.map((line) => `${action.name}: ${line.trimEnd()}`);
    case 'send':
      return [`mail ${/^Subject: (.*)$/m.exec(action.mail.message)?.[1]?.trim()}`];
    case 'fifos':
      return [`fifos ${action.fifos.map(({ fifo }) => fifo.path).join(' ')}`.trim()];
    case 'tell':
      return [`fact ${action.fact.id}`];
  }
}

export function transition(
  name: string,
  to: VrrpState,
  reason: TransitionReason = 'startup',
): Fact {
  return { id: 'vrrp.transition', instance: name, from: 'INIT', to, reason };
}

export function groupTransition(group: string, to: VrrpState): Fact {
  return { id: 'vrrp.group-transition', group, from: 'INIT', to };
}
