/** What the catalogue says about one fact. */

/** What the report of this type carries: the fields of its fact. */
export type Reported<Report extends { readonly type: string }, Type extends Report['type']> = Omit<
  Extract<Report, { readonly type: Type }>,
  'type'
>;

/** Severities from worst to least: needs a human, degraded, change of state, lifecycle, traffic. */
export type Level = 'error' | 'warning' | 'notice' | 'info' | 'debug';

/** All levels, the worst first. */
export const LEVELS: readonly Level[] = ['error', 'warning', 'notice', 'info', 'debug'];

/** The processes of Tandem; each fact is about one of them. */
export type ComponentName = 'main' | 'vrrp' | 'health' | 'runner';

/** The processes by the names that users see: keepalived calls the health process `checker`. */
export const COMPONENT_NAMES: {
  readonly main: 'main';
  readonly vrrp: 'vrrp';
  readonly health: 'checker';
  readonly runner: 'runner';
} = {
  main: 'main',
  vrrp: 'vrrp',
  health: 'checker',
  runner: 'runner',
};

/** A value of a field as programs see it. */
export type FieldValue = string | number | boolean | null | readonly string[];

/**
 * How the log counts a fact that can be repeated without end. A `kind` is one of a few; names that a network or a
 * configuration gives go into `about`.
 */
export interface FactLimit {
  /** Beside the id, where facts of one id are of several kinds. */
  readonly kind?: string;
  /** The object: of each a few lines pass. */
  readonly about?: string;
}

/** One fact: its level, the process it is about, its text and its fields. `Fields` are the values that each such fact carries. */
export interface FactEntry<Fields extends object> {
  /** `any`: the fact carries the process itself, as the field `component`. */
  readonly component: ComponentName | 'any';
  readonly level: Level | ((fields: Fields) => Level);
  /** The line of the log, without a full stop. */
  readonly text: (fields: Fields) => string;
  /** When it is said and what to do, for the manual: sentences. */
  readonly meaning: string;
  /** What each field is, for the manual. */
  readonly fields: { readonly [Name in Exclude<keyof Fields, 'component'>]-?: string };
  /** The values of fields that are no plain values, and what else programs see; the rest is shown as it is. */
  readonly shown?: (fields: Fields) => Readonly<Record<string, FieldValue | undefined>>;
  /** Absent: every such fact has its line. */
  readonly limit?: (fields: Fields) => FactLimit;
}

/** An entry, whatever its fields. */
export interface AnyFactEntry {
  readonly component: ComponentName | 'any';
  readonly level: Level | ((fields: never) => Level);
  readonly text: (fields: never) => string;
  readonly meaning: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly shown?: (fields: never) => Readonly<Record<string, FieldValue | undefined>>;
  readonly limit?: (fields: never) => FactLimit;
}

/** A table of entries for facts whose fields are given by id. */
export type FactEntries<FieldsById> = {
  readonly [Id in keyof FieldsById]: FieldsById[Id] extends object
    ? FactEntry<FieldsById[Id]>
    : never;
};
