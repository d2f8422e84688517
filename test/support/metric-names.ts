/**
 * The rules about names that `promtool check metrics` applies (client_golang's promlint), so that they are
 * held without the program, which is large.
 */
import type { Family } from './exposition-parser.ts';

const NO_BASE_UNITS =
  /_(?:(?:milli|micro|nano)?(?:seconds|bytes|meters|metres|grams)|(?:kilo|mega|giga|tera|peta|kibi|mebi|gibi)bytes|minutes|hours|days|weeks|percent|fahrenheit|inches|feet|miles)(?:_|$)/;
const BASE_UNITS = /_(?:seconds|bytes|meters|grams)(?:_|$)/;
const ABBREVIATIONS = /_(?:s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)(?:_|$)/;
const TYPE_WORDS = /_(?:gauge|counter|summary|histogram|untyped)(?:_|$)/;

/** What promtool would complain about. */
export function nameComplaints(families: ReadonlyMap<string, Family>): string[] {
  return [...families].flatMap(([name, { type, help, samples }]) => {
    const rules: readonly (readonly [boolean, string])[] = [
      [help === '', 'no help text'],
      [type === 'counter' && !name.endsWith('_total'), 'counter without "_total"'],
      [type !== 'counter' && name.endsWith('_total'), 'non-counter with "_total"'],
      [/_(?:bucket|count|sum)$/.test(name), 'suffix of histograms and summaries'],
      [samples.some(({ labels }) => 'le' in labels) && type !== 'histogram', 'label "le"'],
      [
        samples.some(({ labels }) => 'quantile' in labels) && type !== 'summary',
        'label "quantile"',
      ],
      [TYPE_WORDS.test(name), 'type in the name'],
      [name.includes(':'), 'colon'],
      [/[a-z][A-Z]/.test(name), 'camelCase'],
      [
        samples.some(({ labels }) => Object.keys(labels).some((one) => /[a-z][A-Z]/.test(one))),
        'label in camelCase',
      ],
      [ABBREVIATIONS.test(name), 'abbreviated unit'],
      [NO_BASE_UNITS.test(name) && !BASE_UNITS.test(name), 'not a base unit'],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, complaint]) => `${name}: ${complaint}`);
  });
}
