/** A strict reader of the Prometheus text format 0.0.4: it throws on everything a scraper might refuse. */

/** One sample line. */
export interface Sample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** One family. */
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP: RegExp = new RegExp(`^# HELP (${NAME}) (.*)$`);
const TYPE: RegExp = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE: RegExp = new RegExp(`^(${NAME})(\\{.*\\})? (\\S+)$`);

/** Families by name. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let current: { name: string; family: Family } | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const isHelp = HELP.exec(line);
    if (isHelp !== null) {
      help = { name: isHelp[1] ?? '', text: isHelp[2] ?? '' };
      continue;
    }
    const isType = TYPE.exec(line);
    if (isType !== null) {
      const name = isType[1] ?? '';
      if (help?.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      if (families.has(name)) throw new Error(`family twice: ${name}`);
      current = { name, family: { type: isType[2] ?? '', help: help.text, samples: [] } };
      families.set(name, current.family);
      continue;
    }
    const isSample = SAMPLE.exec(line);
    if (isSample === null) throw new Error(`not a line of the format: ${line}`);
    const sample = {
      name: isSample[1] ?? '',
      labels: parseLabels(isSample[2] ?? '{}'),
      value: parseValue(isSample[3] ?? ''),
    };
    if (current === undefined || !belongs(sample.name, current.name, current.family.type)) {
      throw new Error(`sample outside its family: ${line}`);
    }
    const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (series.has(key)) throw new Error(`series twice: ${line}`);
    series.add(key);
    current.family.samples.push(sample);
  }
  return families;
}

function belongs(sample: string, family: string, type: string): boolean {
  if (sample === family) return true;
  if (type !== 'histogram' && type !== 'summary') return false;
  return ['_bucket', '_sum', '_count'].some((suffix) => sample === `${family}${suffix}`);
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  const one = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|\})/y;
  let at = 1;
  while (text[at] !== '}' || at === 1) {
    if (text === '{}') return labels;
    one.lastIndex = at;
    const found = one.exec(text);
    if (found === null) throw new Error(`bad labels: ${text}`);
    const name = found[1] ?? '';
    if (name in labels) throw new Error(`label twice: ${text}`);
    labels[name] = (found[2] ?? '').replace(/\\(.)/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    );
    at = one.lastIndex;
    if (found[3] === '}') break;
  }
  if (at !== text.length) throw new Error(`text behind labels: ${text}`);
  return labels;
}

function parseValue(text: string): number {
  // Prometheus reads values with Go's ParseFloat, which ignores case here; prom-client writes `Nan`.
  if (/^nan$/i.test(text)) return Number.NaN;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`not a value: ${text}`);
  return value;
}
