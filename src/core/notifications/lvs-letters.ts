/** Alert mails of virtual and real servers: subjects and bodies, measured on keepalived 2.4.3. */
import type { Letter, OrderWord } from './news.ts';

/** The quorum as its mail tells it. */
export interface QuorumNumbers {
  readonly up: boolean;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly aliveWeight: number;
  /** It is the first thing known of the virtual server. */
  readonly isStart: boolean;
}

/** The mail of a real server. */
export function serverLetter(server: string, service: string, up: boolean, body: string): Letter {
  return {
    subject: `Realserver ${server} of virtual server ${service} - ${up ? 'UP' : 'DOWN'}`,
    body,
  };
}

/** The mail of an order for a real server; keepalived has none. */
export function orderLetter(
  server: string,
  service: string,
  word: OrderWord,
  body: string,
): Letter {
  return { subject: `Realserver ${server} of virtual server ${service} - ${word}`, body };
}

/** The mail of a virtual server. */
export function serviceLetter(service: string, numbers: QuorumNumbers): Letter {
  const { up, quorum, hysteresis, aliveWeight, isStart } = numbers;
  const word = up ? 'up' : 'down';
  const what = isStart ? `Starting with quorum ${word}` : `${up ? 'Gained' : 'Lost'} quorum`;
  const limit = quorum + hysteresis;
  return {
    subject: `Virtualserver ${service} - ${up ? 'UP' : 'DOWN'}`,
    body: `${what} ${quorum}+${hysteresis}=${limit} <= ${aliveWeight}`,
  };
}
