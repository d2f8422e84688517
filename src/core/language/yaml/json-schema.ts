/**
 * The JSON Schema of the YAML form, for editors that complete and check while one writes. It is made
 * from the keyword tables; what it can't say (how settings depend on each other) `tandem check` does.
 */
import { allTables, ROOT } from '../keywords/root.ts';
import type { Alias, BlockTable, Keyword } from '../schema/keyword-table.ts';
import { TEMPLATE_PREFIX } from './read-tree.ts';
import {
  anyOf,
  formProperties,
  formSchemas,
  type JsonSchema,
  type JsonValue,
  listSchema,
  ref,
  SHARED,
  wordSchema,
} from './schema-types.ts';
import { argsOf, mayStandAlone, type Shape, shapeOf } from './shape.ts';
import { formsOf } from './usage.ts';

/** The schema of a whole file. */
export function yamlJsonSchema(): JsonSchema {
  const definitions: [string, JsonSchema][] = Object.entries(SHARED);
  for (const table of allTables()) definitions.push([table.name, tableSchema(table)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tandem configuration',
    description: 'The YAML form of keepalived.conf, as Tandem reads it',
    ...anyOf([bodySchema(ROOT), { type: 'null' }]),
    $defs: Object.fromEntries(definitions),
  };
}

/** Keys for values that aliases put in elsewhere. */
const TEMPLATES: JsonSchema = { patternProperties: { [`^${TEMPLATE_PREFIX}`]: true } };

/** The inside of a block: a map of keywords, or a list of such maps where the order matters. */
function bodySchema(table: BlockTable): JsonSchema {
  return anyOf([ref(table.name), { type: 'array', items: ref(table.name) }]);
}

function tableSchema(table: BlockTable): JsonSchema {
  const description = table.summary;
  if (table.content === 'keywords') {
    const properties = Object.fromEntries(table.keywords.flatMap(keywordProperties));
    return { description, type: 'object', properties, ...TEMPLATES, additionalProperties: false };
  }
  return { description, type: 'array', items: entrySchema(table) };
}

/** An entry: a line or a map of its words; in a block of words, a word. */
function entrySchema(table: BlockTable): JsonSchema {
  if (table.content === 'words')
    return table.word === undefined ? ref('word') : wordSchema(table.word);
  const forms = formsOf(table.entry?.args ?? []);
  return anyOf([{ type: ['string', 'number'] }, ...formSchemas(forms)]);
}

/** A keyword under its name and its other names. */
function keywordProperties(keyword: Keyword): readonly [string, JsonSchema][] {
  const schema = keywordSchema(keyword);
  const main: [string, JsonSchema] = [keyword.name, withNotes(keyword, undefined, schema)];
  const others = (keyword.aliases ?? []).map((alias): [string, JsonSchema] => [
    alias.name,
    withNotes(keyword, alias, schema),
  ]);
  return [main, ...others];
}

function keywordSchema(keyword: Keyword): JsonSchema {
  const shape = shapeOf(keyword);
  switch (shape) {
    case 'block':
      return blockSchema(keyword);
    case 'named':
      return namedSchema(keyword);
    default:
      return repeated(keyword, shape, valueSchema(keyword, shape));
  }
}

/** One value; null is a key with nothing behind it. */
function valueSchema(keyword: Keyword, shape: Shape): JsonSchema {
  const args = argsOf(keyword);
  const alone: readonly JsonSchema[] = mayStandAlone(keyword)
    ? [{ type: ['boolean', 'null'] }]
    : [];
  const [first] = args;
  switch (shape) {
    case 'flag':
      return { type: ['boolean', 'null'] };
    case 'switch':
      return anyOf([ref('switch'), { type: 'null' }]);
    case 'script':
      return anyOf([...alone, { type: 'string' }, ...scriptForms(keyword)]);
    case 'words':
      return anyOf([...alone, ...lineSchemas(keyword), ...formSchemas(formsOf(args))]);
    default:
      return first === undefined ? ref('word') : anyOf([...alone, wordSchema(first.type)]);
  }
}

/** A line of words, or a list of them where a list is no repetition. */
function lineSchemas(keyword: Keyword): readonly JsonSchema[] {
  const line: JsonSchema = { type: ['string', 'number'] };
  return keyword.repeat === 'all' ? [line] : [line, listSchema(argsOf(keyword))];
}

/** `command`, `user`, `group`; a command without user needs no map. */
function scriptForms(keyword: Keyword): readonly JsonSchema[] {
  return formSchemas(formsOf(argsOf(keyword)).filter((form) => form.parts.length > 1));
}

/** Keywords that count each time may come as a list. */
function repeated(keyword: Keyword, shape: Shape, schema: JsonSchema): JsonSchema {
  if (keyword.repeat !== 'all') return schema;
  const item = shape === 'words' ? anyOf([schema, ref('words')]) : schema;
  return anyOf([schema, { type: 'array', items: item }]);
}

/** A block without a name: its inside, or several in a list. */
function blockSchema(keyword: Keyword): JsonSchema {
  const { block: table } = keyword;
  if (table === undefined) return ref('word');
  const inside = ref(table.name);
  if (table.content === 'keywords') {
    const items = anyOf([bodySchema(table), { type: 'null' }]);
    return anyOf([inside, { type: 'null' }, { type: 'array', items }]);
  }
  const one = entrySchema(table);
  return anyOf([inside, one, { type: 'null' }, { type: 'array', items: inside }]);
}

/** Blocks by name: a map, or a list of maps that hold the name or have it as their key. */
function namedSchema(keyword: Keyword): JsonSchema {
  const { block: table } = keyword;
  if (table === undefined) return ref('word');
  const inside = anyOf([
    table.content === 'keywords' ? bodySchema(table) : ref(table.name),
    { type: 'null' },
  ]);
  const byName: JsonSchema = { type: 'object', additionalProperties: inside };
  const withHeader = table.content === 'keywords' ? headerSchemas(keyword, table) : [];
  return anyOf([
    byName,
    { type: 'array', items: anyOf([...withHeader, byName]) },
    { type: 'null' },
  ]);
}

/** A block's keywords together with the words before its braces, for each form of those. */
function headerSchemas(keyword: Keyword, table: BlockTable): readonly JsonSchema[] {
  const own = table.keywords.flatMap(namesOf).map((name): [string, JsonSchema] => {
    return [name, ref(`${table.name}/properties/${name}`)];
  });
  return formsOf(argsOf(keyword)).map((form) => ({
    type: 'object',
    properties: { ...formProperties(form), ...Object.fromEntries(own) },
    ...TEMPLATES,
    required: form.parts.filter((part) => !part.optional).map((part) => part.key),
    additionalProperties: false,
  }));
}

function namesOf(keyword: Keyword): readonly string[] {
  return [keyword.name, ...(keyword.aliases ?? []).map((alias) => alias.name)];
}

/** Meaning, default and age of a keyword. */
function withNotes(keyword: Keyword, alias: Alias | undefined, schema: JsonSchema): JsonSchema {
  const notes = [keyword.summary];
  if (alias !== undefined) notes.push(`Another name of ${keyword.name}`);
  if (keyword.default !== undefined) notes.push(`Default: ${keyword.default}`);
  if (keyword.deprecatedBy !== undefined) notes.push(`Use ${keyword.deprecatedBy} instead`);
  if (keyword.effect === 'not-supported-yet') notes.push('Not supported yet');
  if (keyword.effect === 'obsolete') notes.push('Without effect');
  const isOld = keyword.deprecatedBy !== undefined || alias?.deprecated !== undefined;
  const value = defaultValue(keyword);
  return {
    description: `${notes.join('. ')}.`,
    ...schema,
    ...(value === undefined ? {} : { default: value }),
    ...(isOld || keyword.effect === 'obsolete' ? { deprecated: true } : {}),
    ...(keyword.example === undefined ? {} : { examples: [exampleOf(keyword.example)] }),
  };
}

/** The default as a value, where the documentation gives one. */
function defaultValue(keyword: Keyword): JsonValue | undefined {
  const text = keyword.default;
  const shape = shapeOf(keyword);
  if (text === undefined || shape === 'block' || shape === 'named') return undefined;
  if (shape === 'flag' || shape === 'switch') {
    if (text === 'on') return true;
    return text === 'off' ? false : undefined;
  }
  const [first] = argsOf(keyword);
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text);
  return first?.type.kind === 'enum' && first.type.words.includes(text) ? text : undefined;
}

/** An example line without its keyword. */
function exampleOf(line: string): string {
  return line.replace(/^(@tandem )?\S+ /, '');
}
