/** Routes and rules of rtnetlink (linux/rtnetlink.h, linux/fib_rules.h): requests, dumps of what bears a mark, notifications. */
import { AF_NUMBER, HEADER_LENGTH } from '../core/holdings/routing-abi.ts';
import { type RoutingForm, readRoute, readRule } from '../core/holdings/routing-form.ts';
import type { RoutingInsertion, RoutingOperation } from '../core/holdings/routing-operations.ts';
import type { RoutingQuestion } from '../core/holdings/routing-question.ts';
import { netlinkConstants } from './netlink-codec.ts';
import type { NetlinkCommand } from './netlink-frames.ts';

const { FlagsNew } = netlinkConstants;

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTM_NEWRULE = 32;
const RTM_DELRULE = 33;
const RTM_GETRULE = 34;

/** RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE. */
export const ROUTING_GROUPS: readonly number[] = [7, 8, 11, 19];

/** Offset of the protocol in struct rtmsg. */
const PROTOCOL_AT = 5;

/** A route or rule to set or to remove. */
export type RoutingChange = Pick<RoutingOperation, 'kind' | 'type' | 'payload' | 'insertion'>;

/** What a notification says. */
export interface RoutingNotification {
  readonly type: 'add' | 'remove';
  readonly form: RoutingForm;
}

/** The dumps that answer a question, and how each of their records is read. */
export function routingDumps(question: RoutingQuestion): readonly {
  readonly command: NetlinkCommand;
  readonly read: (payload: Uint8Array) => RoutingForm | undefined;
}[] {
  const routes = question.routes.map(({ family, protocol }) => {
    const payload = new Uint8Array(HEADER_LENGTH);
    payload[0] = AF_NUMBER[family];
    payload[PROTOCOL_AT] = protocol;
    // An older kernel gives all routes whatever was asked for.
    const isAskedFor = (form: RoutingForm | undefined): form is RoutingForm =>
      form?.protocol === protocol;
    return {
      command: { type: RTM_GETROUTE, payload, operation: 'read routes' },
      read: (record: Uint8Array) => {
        const form = readRoute(record);
        return isAskedFor(form) ? form : undefined;
      },
    };
  });
  const rules = question.rules.map((family) => {
    const payload = new Uint8Array(HEADER_LENGTH);
    payload[0] = AF_NUMBER[family];
    return { command: { type: RTM_GETRULE, payload, operation: 'read rules' }, read: readRule };
  });
  return [...routes, ...rules];
}

/** The request for a change. */
export function routingCommand({ kind, type, payload, insertion }: RoutingChange): NetlinkCommand {
  const operation = `${type} ${kind}`;
  if (type === 'remove') {
    return { type: kind === 'route' ? RTM_DELROUTE : RTM_DELRULE, payload, operation };
  }
  const flags = kind === 'rule' ? INSERTION_FLAGS.add : INSERTION_FLAGS[insertion];
  return { type: kind === 'route' ? RTM_NEWROUTE : RTM_NEWRULE, flags, payload, operation };
}

const INSERTION_FLAGS: Readonly<Record<RoutingInsertion, number>> = {
  prepend: FlagsNew.CREATE,
  append: FlagsNew.CREATE | FlagsNew.APPEND,
  add: FlagsNew.CREATE | FlagsNew.EXCL,
};

/** The notification of a message, when it is about what bears one of these marks; undefined for all else, which is not taken apart. */
export function routingNotification(
  type: number,
  payload: Uint8Array,
  marks: ReadonlySet<number>,
): RoutingNotification | undefined {
  if (type === RTM_NEWROUTE || type === RTM_DELROUTE) {
    if (!marks.has(payload[PROTOCOL_AT] ?? 0)) return undefined;
    const form = readRoute(payload);
    return form && { type: type === RTM_NEWROUTE ? 'add' : 'remove', form };
  }
  if (type !== RTM_NEWRULE && type !== RTM_DELRULE) return undefined;
  const form = readRule(payload);
  if (form === undefined || !marks.has(form.protocol)) return undefined;
  return { type: type === RTM_NEWRULE ? 'add' : 'remove', form };
}
