/** Alert mails of instances and sync groups: subjects and bodies, measured on keepalived 2.4.3. */
import type { Letter, StateWord } from './news.ts';

/** States of instances and groups that are mailed; a group is never deleted. */
export type VrrpTold = Extract<StateWord, 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED'>;

/** The mail of an instance. */
export function instanceLetter(name: string, state: VrrpTold): Letter {
  return { subject: `VRRP Instance ${name} - ${ENDINGS[state]}`, body: INSTANCE_BODIES[state] };
}

/** The mail of a sync group. */
export function groupLetter(name: string, state: Exclude<VrrpTold, 'DELETED'>): Letter {
  const what = state === 'STOP' ? 'stopping' : `in ${state} state`;
  return {
    subject: `VRRP Group ${name} - ${ENDINGS[state]}`,
    body: `All VRRP group instances are now ${what}`,
  };
}

const ENDINGS: Readonly<Record<VrrpTold, string>> = {
  MASTER: 'Entering MASTER state',
  BACKUP: 'Entering BACKUP state',
  FAULT: 'Entering FAULT state',
  STOP: 'Stopping',
  DELETED: 'Deleted',
};

const NOT_OWNING = 'VRRP Instance is no longer owning VRRP VIPs';

const INSTANCE_BODIES: Readonly<Record<VrrpTold, string>> = {
  MASTER: 'VRRP Instance is now owning VRRP VIPs',
  BACKUP: NOT_OWNING,
  FAULT: NOT_OWNING,
  STOP: 'VRRP Instance stopping',
  DELETED: 'VRRP Deleted at reload',
};
