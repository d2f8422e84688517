/** Facts about notifications: what was delivered by mail, and what was not delivered. */
import { spanText } from '../base/span-text.ts';
import type { FactEntries } from './entry.ts';
import { count, named } from './words.ts';

const ABOUT = 'instance, sync group, virtual or real server that it is about';

/** Fields of the facts about notifications, by id. */
export interface NotifyFacts {
  readonly 'notify.script-failed': {
    readonly about: string;
    readonly state: string;
    readonly keyword: string;
    readonly program: string;
    readonly end: string;
  };
  readonly 'notify.script-waits': {
    readonly about: string;
    readonly state: string;
    readonly keyword: string;
    readonly busy: string;
    readonly program: string;
    readonly seconds: number;
    readonly stopInSeconds: number;
  };
  readonly 'notify.states-skipped': {
    readonly about: string;
    readonly keyword: string;
    readonly skipped: readonly string[];
    readonly count: number;
    readonly state: string;
  };
  readonly 'notify.fifo-failed': { readonly fifo: string; readonly reason: string };
  readonly 'notify.lines-dropped': {
    readonly fifo: string;
    readonly lines: number;
    readonly kept: number;
  };
  readonly 'notify.reader-ended': {
    readonly fifo: string;
    readonly program: string;
    readonly end: string;
    readonly seconds: number;
  };
  readonly 'notify.mail-sent': { readonly subject: string; readonly recipients: readonly string[] };
  readonly 'notify.recipient-refused': {
    readonly subject: string;
    readonly address: string;
    readonly reason: string;
  };
  readonly 'notify.mail-delayed': {
    readonly subject: string;
    readonly reason: string;
    readonly attempts: number;
    readonly seconds: number;
  };
  readonly 'notify.mail-lost': {
    readonly subject: string;
    readonly reason: string;
    readonly attempts: number;
  };
  readonly 'notify.unfinished': { readonly left: readonly string[] };
}

/** Of what is left so many are named in a line. */
const LEFT_NAMED_MAX = 5;

/** Their entries. */
export const NOTIFY_FACTS: FactEntries<NotifyFacts> = {
  'notify.script-failed': {
    component: 'main',
    level: 'warning',
    text: ({ about, state, keyword, program, end }) => {
      // Why a program cannot be started begins with its path.
      const [path = ''] = program.split(' ');
      const command = path !== '' && end.includes(path) ? '' : `: ${program}`;
      return `${keyword} of ${about} (${state}): ${end}${command}`;
    },
    meaning:
      'A notify script did not end with status 0. It is not run again for this state. Run it by hand as its user to see what it says.',
    fields: {
      about: ABOUT,
      state: 'the state it was told',
      keyword: 'the keyword that names the script',
      program: 'the command',
      end: 'how it ended',
    },
    limit: ({ about, keyword }) => ({ kind: keyword, about }),
  },
  'notify.script-waits': {
    component: 'main',
    level: 'warning',
    text: ({ about, state, keyword, busy, program, seconds, stopInSeconds }) =>
      `${keyword} of ${about} (${state}) waits for ${busy}, which has run for ${spanText(seconds)} and is stopped in ${spanText(stopInSeconds)}: ${program}`,
    meaning:
      'Scripts of one instance run one after another, so that they end with the newest state. One that is busy for long delays the next: while another waits it gets 30 s from its start, and 5 s at least.',
    fields: {
      about: ABOUT,
      state: 'the state that is told late',
      keyword: 'the keyword of the script that waits',
      busy: 'the keyword of the script that runs',
      program: 'its command',
      seconds: 'how long it has run',
      stopInSeconds: 'when it is stopped for the sake of the next',
    },
    limit: ({ about, keyword }) => ({ kind: keyword, about }),
  },
  'notify.states-skipped': {
    component: 'main',
    level: 'warning',
    text: ({ about, keyword, skipped, count: all, state }) =>
      `${keyword} of ${about}: ${count(all, 'state')} not told (${named(skipped, skipped.length)}), because the script was busy; now ${state}`,
    meaning:
      'While a notify script runs, only the newest state waits for it. What came in between is not told by this script; FIFO and mails have it.',
    fields: {
      about: ABOUT,
      keyword: 'the keyword of the script that is told now',
      skipped: 'the first of the states that were not told',
      count: 'how many there were',
      state: 'the state that is told now',
    },
    limit: ({ about, keyword }) => ({ kind: keyword, about }),
  },
  'notify.fifo-failed': {
    component: 'main',
    level: 'error',
    text: ({ fifo, reason }) => `the FIFO ${fifo} cannot be used: ${reason}`,
    meaning: 'No line is written to this FIFO. It is tried again every 10 s.',
    fields: { fifo: 'its path', reason: 'why' },
    limit: ({ fifo }) => ({ about: fifo }),
  },
  'notify.lines-dropped': {
    component: 'main',
    level: 'warning',
    text: ({ fifo, lines, kept }) =>
      `${fifo} is full, its reader is behind: ${count(lines, 'older line')} dropped, ${count(kept, 'newer line')} kept`,
    meaning:
      'The reader of a FIFO is too slow or gone. Of each instance, group and server the newest line is kept until there is room.',
    fields: { fifo: 'its path', lines: 'lines dropped', kept: 'lines that wait' },
    limit: ({ fifo }) => ({ about: fifo }),
  },
  'notify.reader-ended': {
    component: 'main',
    level: 'warning',
    text: ({ fifo, program, end, seconds }) =>
      `the program that reads ${fifo} has ended (${end}); started again in ${spanText(seconds)}: ${program}`,
    meaning:
      'A program of `notify_fifo_script` and its like is to run as long as Tandem does. It is started again; the pause grows to a minute.',
    fields: {
      fifo: 'path of the FIFO',
      program: 'the command',
      end: 'how it ended',
      seconds: 'until it is started again',
    },
    limit: ({ fifo }) => ({ about: fifo }),
  },
  'notify.mail-sent': {
    component: 'main',
    level: 'info',
    text: ({ subject, recipients }) =>
      `mail sent to ${named(recipients, LEFT_NAMED_MAX)}: ${subject}`,
    meaning: 'The relay took an alert mail.',
    fields: { subject: 'subject of the mail', recipients: 'who gets it' },
  },
  'notify.recipient-refused': {
    component: 'main',
    level: 'error',
    text: ({ subject, address, reason }) =>
      `the relay refuses mail to ${address} (${reason}): ${subject}`,
    meaning: 'The relay does not take mail for one recipient. The others get it.',
    fields: {
      subject: 'subject of the mail',
      address: 'the recipient',
      reason: 'what the relay said',
    },
    limit: ({ address }) => ({ about: address }),
  },
  'notify.mail-delayed': {
    component: 'main',
    level: 'warning',
    text: ({ subject, reason, attempts, seconds }) =>
      `mail not sent (attempt ${attempts}: ${reason}), tried again in ${spanText(seconds)}: ${subject}`,
    meaning: 'The relay could not be reached, or did not take the mail now.',
    fields: {
      subject: 'subject of the mail',
      reason: 'what went wrong',
      attempts: 'attempts so far',
      seconds: 'until the next one',
    },
    limit: () => ({}),
  },
  'notify.mail-lost': {
    component: 'main',
    level: 'error',
    text: ({ subject, reason, attempts }) =>
      `mail given up after ${count(attempts, 'attempt')} (${reason}): ${subject}`,
    meaning: 'An alert mail was not delivered and will not be.',
    fields: {
      subject: 'subject of the mail',
      reason: 'what went wrong',
      attempts: 'how often it was tried',
    },
    limit: () => ({}),
  },
  'notify.unfinished': {
    component: 'main',
    level: 'warning',
    text: ({ left }) => `not delivered before the end: ${named(left, LEFT_NAMED_MAX)}`,
    meaning: 'A stop waits some seconds for the last notifications, and no longer.',
    fields: { left: 'what was not delivered' },
  },
};
