/**
 * The catalogue of facts: everything that Tandem reports as it happens, each with an id, a level, the process it is
 * about, a text and typed fields. The list is closed: what is not here cannot be said, and no other file words a
 * line of the log. The log, the metrics and all later consumers get these facts.
 */
import type { RoutingNoticeId } from '../holdings/routing-reports.ts';
import type { PacketNoticeId } from '../vrrp/notices.ts';
import { BFD_FACTS, type BfdFacts } from './bfd-facts.ts';
import { CHECK_FACTS, type CheckFacts } from './check-facts.ts';
import {
  CONFIG_FACTS,
  type ConfigFacts,
  FINDING_FACTS,
  type FindingFact,
  type FindingFacts,
  type FindingId,
} from './config-facts.ts';
import {
  type AnyFactEntry,
  COMPONENT_NAMES,
  type ComponentName,
  type FactEntries,
  type FactLimit,
  type FieldValue,
  type Level,
} from './entry.ts';
import { FIREWALL_FACTS, type FirewallFacts } from './firewall-facts.ts';
import { LINK_FACTS, type LinkFacts } from './link-facts.ts';
import { MAIN_FACTS, type MainFacts } from './main-facts.ts';
import {
  NOTICE_FACTS,
  type NoticeFacts,
  PACKET_FACTS,
  type PacketFacts,
  type PacketFields,
} from './notice-facts.ts';
import { NOTIFY_FACTS, type NotifyFacts } from './notify-facts.ts';
import { ORDER_FACTS, type OrderFacts } from './order-facts.ts';
import { PROCESS_FACTS, type ProcessFacts } from './process-facts.ts';
import { ROUTING_FACTS, type RoutingFacts, type RoutingFields } from './routing-facts.ts';
import { TAKEOVER_FACTS, type TakeoverFactFields } from './takeover-facts.ts';
import { TRACE_FACTS, type TraceFacts } from './trace-facts.ts';
import { TRACKING_FACTS, type TrackingFacts } from './tracking-facts.ts';
import { VRRP_FACTS, type VrrpFacts } from './vrrp-facts.ts';

/** The fields of every fact, by its stable id. */
export interface FactFields
  extends MainFacts,
    ConfigFacts,
    ProcessFacts,
    VrrpFacts,
    NoticeFacts,
    RoutingFacts,
    LinkFacts,
    PacketFacts,
    CheckFacts,
    OrderFacts,
    NotifyFacts,
    BfdFacts,
    FirewallFacts,
    TakeoverFactFields,
    TraceFacts,
    TrackingFacts,
    FindingFacts {}

/** The id of a fact. */
export type FactId = keyof FactFields;

/** Ids whose facts differ in their fields; the others come in three families with equal fields. */
type SingleId = Exclude<FactId, FindingId | PacketNoticeId | RoutingNoticeId>;

/** One thing that happened: its id and its fields. */
export type Fact =
  | { readonly [Id in SingleId]: FactOf<Id> }[SingleId]
  | FindingFact
  | ({ readonly id: PacketNoticeId } & PacketFields)
  | ({ readonly id: RoutingNoticeId } & RoutingFields);

/** The facts of one id. */
export type FactOf<Id extends FactId> = { readonly id: Id } & FactFields[Id];

/** Every entry, by id. */
const FACTS: Readonly<Record<FactId, AnyFactEntry>> = {
  ...MAIN_FACTS,
  ...CONFIG_FACTS,
  ...PROCESS_FACTS,
  ...VRRP_FACTS,
  ...PACKET_FACTS,
  ...NOTICE_FACTS,
  ...ROUTING_FACTS,
  ...LINK_FACTS,
  ...CHECK_FACTS,
  ...ORDER_FACTS,
  ...NOTIFY_FACTS,
  ...BFD_FACTS,
  ...FIREWALL_FACTS,
  ...TAKEOVER_FACTS,
  ...TRACE_FACTS,
  ...TRACKING_FACTS,
  ...FINDING_FACTS,
} satisfies FactEntries<FactFields>;

/** All ids, in the order of the catalogue. */
export function allFactIds(): readonly FactId[] {
  return Object.keys(FACTS).filter(isFactId);
}

/** True for the id of a fact. */
export function isFactId(word: string): word is FactId {
  return Object.hasOwn(FACTS, word);
}

/** The entry of an id. */
export function factEntry(id: FactId): AnyFactEntry {
  return FACTS[id];
}

/** A fact as a reader sees it. */
export interface FactLine {
  readonly id: FactId;
  /** The process that it is about, by the name that users see. */
  readonly component: string;
  readonly level: Level;
  readonly text: string;
  /** Its fields with plain values. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** How it is counted when it repeats; absent: it never is held back. */
  readonly limit?: FactLimit;
}

/** The process that a fact is about. */
export function componentOf(fact: Fact): ComponentName {
  const { component } = factEntry(fact.id);
  if (component !== 'any') return component;
  return 'component' in fact ? fact.component : 'main';
}

/** Words a fact. */
export function factLine(fact: Fact): FactLine {
  const entry = factEntry(fact.id);
  // An entry gets the facts of its own id: the type `Fact` ties the two together.
  const fields = fact as never;
  const { level } = entry;
  const limit = entry.limit?.(fields);
  return {
    id: fact.id,
    component: COMPONENT_NAMES[componentOf(fact)],
    level: typeof level === 'function' ? level(fields) : level,
    text: entry.text(fields),
    fields: plainFields({ ...fact, ...entry.shown?.(fields) }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function plainFields(all: Readonly<Record<string, unknown>>): Record<string, FieldValue> {
  const plain: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(all)) {
    if (name !== 'id' && name !== 'component' && isPlain(value)) plain[name] = value;
  }
  return plain;
}

function isPlain(value: unknown): value is FieldValue {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
