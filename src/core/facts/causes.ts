/** What the reason of a transition is about, in words: the same in the log, in `status` and in answers. */
import type { IpAddress } from '../base/address.ts';
import { toSeconds } from '../base/time.ts';
import type { LinkProblem } from '../holdings/link-ledger.ts';
import { outcomeText } from '../model/program-outcome.ts';
import type { FileFact, TrackerFact } from '../model/tracker-fact.ts';
import type {
  InterfaceState,
  SourceProblem,
  TransitionCause,
  TransitionReason,
  WeightedTracker,
} from '../vrrp/events-and-actions.ts';
import { sendHint } from '../vrrp/send-errors.ts';

/** A cause as one line without a full stop, e.g. `10.1.0.2 is not an address of this host`. */
export function causeText(cause: TransitionCause): string {
  switch (cause.kind) {
    case 'interface': {
      const { interface: name, state, addressed, used } = cause;
      const of = addressed ?? used;
      const whose = of === undefined ? '' : `, the interface of ${of},`;
      return `${name}${whose} ${INTERFACE_STATES[state]}`;
    }
    case 'own-interface': {
      const { interface: name, state, problem } = cause;
      return problem === undefined
        ? `${name} ${INTERFACE_STATES[state]}`
        : `${name} ${linkProblemText(problem)}`;
    }
    case 'tracker': {
      const { tracked, name, fact, reverse } = cause;
      const text =
        fact === undefined ? `${tracked} ${name}: nothing is known yet` : trackedText(fact);
      return reverse === true ? `${text}, which is a fault here (reverse)` : text;
    }
    case 'no-interface':
      return `no interface follows from the source address ${cause.source} and the routes to the peers`;
    case 'no-address':
      return cause.family === 'ipv4'
        ? `${cause.interface} has no IPv4 address that is not virtual`
        : `${cause.interface} has no IPv6 link-local address that is not virtual`;
    case 'source-address':
      return sourceText(cause.address, cause.problem, cause.interface);
    case 'sending': {
      const { errno, destination } = cause;
      return `advertisements to ${destination} do not leave: ${errno}, ${sendHint(errno)}`;
    }
    case 'socket':
      return `no VRRP socket on ${cause.interface}`;
    case 'router':
      return cause.priority === undefined
        ? cause.address
        : `${cause.address} with priority ${cause.priority}`;
    case 'stall': {
      const { silent, address, priority } = cause;
      const said = `nothing was sent for ${toSeconds(silent).toFixed(1)} s`;
      return address === undefined
        ? `${said}, a peer has taken over by now`
        : `${said}, ${address} with priority ${priority} is master`;
    }
    case 'member': {
      const { group, member, reason } = cause;
      const more = cause.cause === undefined ? '' : `, ${causeText(cause.cause)}`;
      return `${member} of sync group ${group}: ${reason}${more}`;
    }
  }
}

/** A reason with its cause: `send-failed: advertisements to 224.0.0.18 do not leave: ...`. */
export function whyText(reason: TransitionReason, cause: TransitionCause | undefined): string {
  return cause === undefined ? reason : `${reason}: ${causeText(cause)}`;
}

/** What a tracker does to a priority: `eth1 has no carrier: -80`. */
export function trackerText(tracker: WeightedTracker): string {
  const { adds } = tracker;
  const sum = adds === 0 ? 'adds nothing' : adds > 0 ? `+${adds}` : String(adds);
  return `${trackedStateText(tracker)}: ${sum}`;
}

/** What a tracked object is or does: `eth1 has no carrier`, `script chk failed (exit status 1)`. */
export function trackedStateText(tracker: WeightedTracker): string {
  if (tracker.kind === 'interface') return `${tracker.name} ${INTERFACE_STATES[tracker.state]}`;
  const { kind, name, fact } = tracker;
  return fact === undefined ? `${kind} ${name} has no result yet` : trackedText(fact);
}

/** What is known of a script, a process, a file or a BFD session: `script chk failed (exit status 1)`, `process haproxy has its quorum (1 runs)`. */
export function trackedText(fact: TrackerFact): string {
  switch (fact.kind) {
    case 'script': {
      const { name, isUp, outcome } = fact;
      if (outcome === undefined)
        return `script ${name} counts as ${isUp ? 'good' : 'failed'} until its first result`;
      return `script ${name} ${isUp ? 'succeeded' : 'failed'} (${outcomeText(outcome)})`;
    }
    case 'process': {
      const { name, isUp, running } = fact;
      const number = running === 0 ? 'none runs' : running === 1 ? '1 runs' : `${running} run`;
      return `process ${name} ${isUp ? 'has its quorum' : 'lacks its quorum'} (${number})`;
    }
    case 'file':
      return `file ${fact.name} ${fileText(fact)}`;
    case 'bfd':
      return `BFD session ${fact.name} is ${fact.isUp ? 'up' : 'down'}`;
  }
}

function fileText({ value, lacks }: FileFact): string {
  if (lacks === undefined) return `holds ${value}`;
  const why = lacks === 'file' ? 'is not there or cannot be read' : 'holds no number';
  return `${why}: it counts as ${value}`;
}

/** Why an interface that an instance makes for itself is not there, behind its name: `cannot be made: EOPNOTSUPP, ...`. */
export function linkProblemText(problem: LinkProblem): string {
  if (problem.type === 'foreign') {
    return `is an interface that Tandem has not made (${problem.kind}) and leaves alone: rename it, or name another in the configuration`;
  }
  const { errno } = problem;
  const hint = LINK_HINTS[errno];
  return `cannot be made: ${errno}${hint === undefined ? '' : `, ${hint}`}`;
}

const LINK_HINTS: Readonly<Record<string, string | undefined>> = {
  EOPNOTSUPP: 'the kernel lacks this kind of interface (macvlan or ipvlan)',
  EBUSY:
    'another interface of the same parent has the hardware address, or the parent is in use (a bridge port)',
  EADDRINUSE: 'another interface of the same parent has the hardware address',
  EINVAL: 'the parent cannot carry it: it must be an Ethernet interface',
  EPERM: 'CAP_NET_ADMIN is missing',
  EEXIST: 'an interface of that name has come meanwhile',
};

/** What an interface is or does, behind its name. */
const INTERFACE_STATES: Readonly<Record<InterfaceState, string>> = {
  up: 'is up',
  down: 'is administratively down',
  'no-carrier': 'has no carrier',
  missing: 'does not exist',
  renamed: 'was renamed: no interface has this name now',
  deleted: 'was deleted',
};

function sourceText(
  address: IpAddress,
  problem: SourceProblem,
  device: string | undefined,
): string {
  switch (problem) {
    case 'missing':
      return `${address} is not an address of ${device ?? 'this host'}`;
    case 'tentative':
      return `${address} is tentative: its duplicate address detection has not ended`;
    case 'duplicate':
      return `${address} failed duplicate address detection: another host has it`;
  }
}
