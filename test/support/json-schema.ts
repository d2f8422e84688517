/**
 * A validator for the part of JSON Schema (draft 2020-12) that our schema uses. A word it does not know
 * is an error, so that it never passes what it cannot judge.
 */

/** A schema or a value: parsed JSON. */
export type Json = unknown;

/** What is wrong with a value, by place in it; empty when it is valid. */
export function validate(schema: Json, value: Json, root: Json = schema): string[] {
  return check(schema, value, root, '');
}

/** Every word used in a schema, and every reference that leads nowhere. */
export function flawsOf(root: Json): string[] {
  const flaws: string[] = [];
  walkSchema(root, '#', (schema, at) => {
    for (const word of Object.keys(schema)) {
      if (!KNOWN.has(word)) flaws.push(`${at}: unknown word ${word}`);
    }
    const { $ref } = schema;
    if (typeof $ref === 'string' && resolve(root, $ref) === undefined) {
      flaws.push(`${at}: ${$ref} leads nowhere`);
    }
  });
  return flaws;
}

type Schema = Readonly<Record<string, Json>>;

const NOTES = ['$schema', '$defs', 'title', 'description', 'default', 'deprecated', 'examples'];
const RULES = [
  '$ref',
  'anyOf',
  'enum',
  'type',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'items',
  'minimum',
  'maximum',
  'pattern',
  'maxLength',
];
const KNOWN: ReadonlySet<string> = new Set([...NOTES, ...RULES]);

function check(schema: Json, value: Json, root: Json, at: string): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${at}: not allowed`];
  if (!isObject(schema)) throw new Error(`${at}: this is no schema`);
  const found = [
    ...checkKind(schema, value, at),
    ...checkNumber(schema, value, at),
    ...checkText(schema, value, at),
    ...checkObject(schema, value, root, at),
  ];
  const { $ref, anyOf, items } = schema;
  if (typeof $ref === 'string') found.push(...check(resolve(root, $ref), value, root, at));
  if (Array.isArray(anyOf)) {
    const attempts = anyOf.map((one) => check(one, value, root, at));
    if (!attempts.some((attempt) => attempt.length === 0)) {
      found.push(`${at}: fits none of ${anyOf.length} (${attempts.flat().join('; ')})`);
    }
  }
  if (items !== undefined && Array.isArray(value)) {
    found.push(...value.flatMap((item, index) => check(items, item, root, `${at}/${index}`)));
  }
  return found;
}

function checkKind(schema: Schema, value: Json, at: string): string[] {
  const { type, enum: words } = schema;
  const found: string[] = [];
  if (type !== undefined) {
    const types = Array.isArray(type) ? type : [type];
    if (!types.some((one) => isOfType(value, one))) found.push(`${at}: not of type ${types}`);
  }
  if (Array.isArray(words) && !words.includes(value)) found.push(`${at}: not one of ${words}`);
  return found;
}

function checkNumber({ minimum, maximum }: Schema, value: Json, at: string): string[] {
  if (typeof value !== 'number') return [];
  const isBelow = typeof minimum === 'number' && value < minimum;
  const isAbove = typeof maximum === 'number' && value > maximum;
  return isBelow || isAbove ? [`${at}: ${value} is outside ${minimum} to ${maximum}`] : [];
}

function checkText({ pattern, maxLength }: Schema, value: Json, at: string): string[] {
  if (typeof value !== 'string') return [];
  const isUnlike = typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value);
  const isLong = typeof maxLength === 'number' && value.length > maxLength;
  return isUnlike || isLong ? [`${at}: "${value}" is not as it should be`] : [];
}

function checkObject(schema: Schema, value: Json, root: Json, at: string): string[] {
  if (!isObject(value)) return [];
  const { properties = {}, patternProperties = {}, additionalProperties, required = [] } = schema;
  const found: string[] = [];
  for (const [key, inside] of Object.entries(value)) {
    const place = `${at}/${key}`;
    const own = isObject(properties) && Object.hasOwn(properties, key) ? [properties[key]] : [];
    const like = Object.entries(patternProperties ?? {})
      .filter(([pattern]) => new RegExp(pattern, 'u').test(key))
      .map(([, one]) => one);
    const rules = [...own, ...like];
    if (rules.length === 0 && additionalProperties !== undefined) rules.push(additionalProperties);
    found.push(...rules.flatMap((rule) => check(rule, inside, root, place)));
  }
  for (const key of Array.isArray(required) ? required : []) {
    if (!Object.hasOwn(value, key)) found.push(`${at}: ${key} is missing`);
  }
  return found;
}

function isOfType(value: Json, type: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: Json): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a reference of the form `#/a/b` leads to. */
function resolve(root: Json, reference: string): Json {
  let at: Json = root;
  for (const part of reference.slice(2).split('/')) at = isObject(at) ? at[part] : undefined;
  return at;
}

function walkSchema(schema: Json, at: string, visit: (schema: Schema, at: string) => void): void {
  if (!isObject(schema)) return;
  visit(schema, at);
  for (const word of ['$defs', 'properties', 'patternProperties']) {
    const group = schema[word];
    for (const [key, one] of Object.entries(isObject(group) ? group : {}))
      walkSchema(one, `${at}/${word}/${key}`, visit);
  }
  for (const word of ['items', 'additionalProperties'])
    walkSchema(schema[word], `${at}/${word}`, visit);
  const { anyOf } = schema;
  for (const [index, one] of Array.isArray(anyOf) ? anyOf.entries() : [])
    walkSchema(one, `${at}/anyOf/${index}`, visit);
}
