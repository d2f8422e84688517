/** The types of words as JSON Schema, for the YAML form: numbers and booleans may stand as such. */
import { UINT32_MAX } from '../schema/define.ts';
import type { ArgSpec, ArgType, OptionSpec } from '../schema/keyword-table.ts';
import { INTERFACE_NAME_MAX } from '../typed/words.ts';
import type { Form } from './usage.ts';

/** A JSON Schema (draft 2020-12), as plain data. */
export type JsonSchema = { readonly [key: string]: JsonValue };

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Names of the definitions that others refer to. */
export const SHARED: Readonly<Record<'word' | 'switch' | 'words', JsonSchema>> = {
  word: { type: ['string', 'number', 'boolean'] },
  switch: { enum: [true, false, 'on', 'off', 'yes', 'no'] },
  words: { type: 'array', items: { $ref: '#/$defs/word' } },
};

/** A reference to a definition. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

/** One of several; nested ones are joined, and equal ones kept once. */
export function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const flat = schemas.flatMap((schema): readonly JsonValue[] =>
    Object.keys(schema).length === 1 && Array.isArray(schema['anyOf']) ? schema['anyOf'] : [schema],
  );
  const unique = flat.filter((schema, index) => {
    const text = JSON.stringify(schema);
    return flat.findIndex((other) => JSON.stringify(other) === text) === index;
  });
  const [only] = unique;
  return unique.length === 1 && isSchema(only) ? only : { anyOf: unique };
}

/** The schema of one word of a type; types that take several words give that of any word. */
export function wordSchema(type: ArgType): JsonSchema {
  switch (type.kind) {
    case 'integer':
      return integerSchema(type.min, type.max, type.anyBase === true);
    case 'time': {
      const perUnit = type.unit === 's' ? 1_000_000 : 1_000;
      return { type: 'number', minimum: type.minUs / perUnit, maximum: type.maxUs / perUnit };
    }
    case 'enum':
      return { enum: enumWords(type.words, type.anyCase === true) };
    case 'boolean':
      return ref('switch');
    case 'word': {
      const limit = type.long === 'drop' || type.long === undefined ? type.maxLength : undefined;
      if (type.pattern === undefined && limit === undefined) return ref('word');
      return {
        type: ['string', 'number'],
        ...(type.pattern === undefined ? {} : { pattern: type.pattern }),
        ...(limit === undefined ? {} : { maxLength: limit }),
      };
    }
    case 'port':
      return integerSchema(type.zeroIsAbsent === true ? 0 : 1, 65_535, false);
    case 'interface':
      return { type: ['string', 'number'], maxLength: INTERFACE_NAME_MAX };
    case 'number-range':
      return anyOf([
        ...(type.rangeOnly === true ? [] : [integerSchema(type.min, type.max, false)]),
        { type: 'string', pattern: '^[0-9]+-[0-9]+$' },
      ]);
    case 'masked':
      return anyOf([integerSchema(0, type.max, false), { type: 'string' }]);
    case 'address':
    case 'prefix':
    case 'range':
    case 'mac':
      return { type: 'string' };
    case 'named':
      return { type: ['string', 'integer'] };
    case 'script':
    case 'quoted':
    case 'hex':
    case 'list':
    case 'options':
      return ref('word');
  }
}

/** Several words as a list, with the type of each where the arguments tell. */
export function listSchema(args: readonly ArgSpec[]): JsonSchema {
  const [first] = args;
  if (args.length === 1 && first?.type.kind === 'list')
    return { type: 'array', items: wordSchema(first.type.of) };
  return ref('words');
}

/** A map that gives words by name, for each form. */
export function formSchemas(forms: readonly Form[]): readonly JsonSchema[] {
  return forms.map((form) => {
    const required = form.parts.filter((part) => !part.optional).map((part) => part.key);
    return {
      type: 'object',
      properties: formProperties(form),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    };
  });
}

/** The keys of a form. */
export function formProperties(form: Form): JsonSchema {
  const properties: [string, JsonSchema][] = form.parts.map(({ key, type }) => [
    key,
    type === undefined ? ref('word') : wordSchema(type),
  ]);
  for (const option of form.options) properties.push([option.name, optionSchema(option)]);
  return Object.fromEntries(properties);
}

function optionSchema(option: OptionSpec): JsonSchema {
  const args = option.args ?? [];
  const schemas: JsonSchema[] = [];
  const [first] = args;
  if (args.every((spec) => spec.optional === true)) schemas.push({ type: 'boolean' });
  if (first !== undefined && args.length === 1) schemas.push(wordSchema(first.type));
  if (args.length > 1) schemas.push({ type: ['string', 'number'] }, ref('words'));
  const deprecated = option.deprecated === undefined ? {} : { deprecated: true };
  return { description: sentence(option.summary), ...anyOf(schemas), ...deprecated };
}

/** A phrase as a sentence without a full stop. */
export function sentence(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

/** Numbers beyond 32 bits have no limit in practice. */
function integerSchema(min: number, max: number, anyBase: boolean): JsonSchema {
  const limits = max > UINT32_MAX ? { minimum: min } : { minimum: min, maximum: max };
  const integer = { type: 'integer', ...limits };
  return anyBase
    ? anyOf([integer, { type: 'string', pattern: '^[+-]?0[xX]?[0-9a-fA-F]+$' }])
    : integer;
}

/** Words of a list; words that YAML reads as numbers stand as both. */
function enumWords(words: readonly string[], anyCase: boolean): readonly JsonValue[] {
  const all = words.flatMap((word) => (anyCase ? [word, word.toLowerCase()] : [word]));
  const numbers = words.filter((word) => /^[0-9.]+$/.test(word)).map(Number);
  return [...new Set<JsonValue>([...all, ...numbers])];
}

function isSchema(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
