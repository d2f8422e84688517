/**
 * The programs that write firewall rules, over rules in memory: as much of nft (in its JSON form), iptables-save, iptables-restore and ipset as our rules
 * need. A transaction that is refused changes nothing.
 */
import type { ToolCall, ToolEnd } from '../../src/core/firewall/rule-writer.ts';

type Fields = Record<string, unknown> & { readonly family: string; readonly name: string };

interface Table {
  readonly sets: Map<string, Fields & { elem: unknown[] }>;
  readonly chains: Map<string, Fields>;
  readonly rules: Fields[];
}

interface Chains {
  readonly own: Map<string, string[]>;
  /** Rules of INPUT, OUTPUT and chains of the administrator. */
  readonly others: Map<string, string[]>;
}

/** The tools, and what stands in the kernel. */
export class FakeRuleTools {
  /** Tables by family and name. */
  tables = new Map<string, Table>();
  readonly chains = new Map<string, Chains>();
  readonly sets = new Map<string, { readonly type: string; readonly members: Set<string> }>();
  /** Programs that are not installed. */
  readonly missing = new Set<string>();
  /** No program ends in time. */
  isLate = false;
  /** What nft refuses a change with; undefined: it takes it. */
  nftRefuses: string | undefined;
  /** All calls, `look` included. */
  readonly calls: ToolCall[] = [];
  /** Transactions that changed something. */
  changes = 0;
  generation = 1;

  readonly call = async (call: ToolCall): Promise<ToolEnd> => {
    this.calls.push(call);
    const [program = '', ...args] = call.argv;
    if (this.missing.has(program)) return { kind: 'missing' };
    if (this.isLate) return { kind: 'late', reason: `${program} did not end within 5 s` };
    try {
      return { kind: 'done', output: this.#run(program, args, call.input ?? '') };
    } catch (error) {
      return { kind: 'failed', reason: (error as Error).message };
    }
  };

  /** Somebody empties all of nftables. */
  flush(): void {
    this.tables.clear();
    this.generation += 1;
  }

  /** Elements of a set of nftables. */
  elements(family: 'ip' | 'ip6', table: string, set: string): unknown[] {
    return this.tables.get(`${family} ${table}`)?.sets.get(set)?.elem ?? [];
  }

  #run(program: string, args: readonly string[], input: string): string {
    if (program === 'nft') return this.#nft(input);
    if (program === 'ipset') return this.#ipset(args, input);
    const family = program.replace(/-(save|restore)$/, '');
    return program.endsWith('-save')
      ? this.#save(family, args[1] ?? 'filter')
      : this.#restore(family, input);
  }

  #nft(input: string): string {
    const { nftables } = JSON.parse(input) as { nftables: Record<string, Fields>[] };
    const before = structuredClone(this.tables);
    let output = '';
    let isChange = false;
    try {
      for (const command of nftables) {
        const [[verb = '', what = {}] = []] = Object.entries(command);
        const [[kind = '', fields] = []] = Object.entries(what as Record<string, Fields>);
        if (fields === undefined) throw new Error('syntax error');
        if (verb === 'list') output = this.#list(fields);
        else {
          if (this.nftRefuses !== undefined) throw new Error(this.nftRefuses);
          isChange = true;
          this.#change(verb, kind, fields);
        }
      }
    } catch (error) {
      this.tables = before;
      throw error;
    }
    if (isChange) {
      this.changes += 1;
      this.generation += 1;
    }
    return output;
  }

  #table(family: string, name: unknown): Table {
    const table = this.tables.get(`${family} ${name}`);
    if (table === undefined) throw new Error('No such file or directory');
    return table;
  }

  #change(verb: string, kind: string, fields: Fields): void {
    const key = `${fields.family} ${fields.name}`;
    if (kind === 'table') {
      if (verb === 'delete') {
        this.#table(fields.family, fields.name);
        this.tables.delete(key);
      } else if (!this.tables.has(key)) {
        this.tables.set(key, { sets: new Map(), chains: new Map(), rules: [] });
      }
      return;
    }
    const table = this.#table(fields.family, fields['table']);
    if (kind === 'set' || kind === 'map') table.sets.set(fields.name, { ...fields, elem: [] });
    else if (kind === 'chain') table.chains.set(fields.name, fields);
    else if (kind === 'rule') table.rules.push(fields);
    else this.#changeElements(verb, table, fields);
  }

  #changeElements(verb: string, table: Table, fields: Fields): void {
    const set = table.sets.get(fields.name);
    if (set === undefined) throw new Error('No such file or directory');
    for (const element of fields['elem'] as unknown[]) {
      const text = JSON.stringify(element);
      const index = set.elem.findIndex((one) => JSON.stringify(one) === text);
      if (verb === 'delete' && index < 0) throw new Error('No such file or directory');
      if (verb === 'delete') set.elem.splice(index, 1);
      else if (index < 0) set.elem.push(element);
    }
  }

  /** As nft 1.0.6 prints it: handles, counters with numbers. */
  #list({ family, ...wanted }: Fields): string {
    const table = this.#table(family, wanted.name);
    const counted = (expr: unknown): unknown =>
      JSON.stringify(expr) === '{"counter":null}' ? { counter: { packets: 7, bytes: 9 } } : expr;
    const entries = [
      { metainfo: { version: '1.0.6' } },
      { table: { family, name: wanted.name, handle: 1 } },
      ...[...table.sets.values()].map((set) => ({
        [set['map'] === undefined ? 'set' : 'map']: { ...set, handle: 2 },
      })),
      ...[...table.chains.values()].map((chain) => ({ chain: { ...chain, handle: 3 } })),
      ...table.rules.map((rule) => ({
        rule: { ...rule, handle: 4, expr: (rule['expr'] as unknown[]).map(counted) },
      })),
    ];
    return JSON.stringify({ nftables: entries });
  }

  /** The chains of one family in one table. */
  chainsOf(family: string, table: string = 'filter'): Chains {
    const key = table === 'filter' ? family : `${family} ${table}`;
    const chains = this.chains.get(key) ?? {
      own: new Map<string, string[]>(),
      others: new Map([
        ['INPUT', ['-A INPUT -i lo -j ACCEPT']],
        ['OUTPUT', []],
        ['POSTROUTING', []],
      ]),
    };
    this.chains.set(key, chains);
    return chains;
  }

  #save(family: string, table: string): string {
    const { own, others } = this.chainsOf(family, table);
    const all = [...others, ...own];
    return [
      `*${table}`,
      ...all.map(([name]) => `:${name} ${own.has(name) ? '-' : 'ACCEPT'} [0:0]`),
      ...all.flatMap(([, lines]) => lines),
      'COMMIT',
      '',
    ].join('\n');
  }

  #restore(family: string, input: string): string {
    const table = input.slice(1, input.indexOf('\n'));
    const before = structuredClone(this.chainsOf(family, table));
    const { own, others } = this.chainsOf(family, table);
    const chainOf = (name: string): string[] => {
      const lines = own.get(name) ?? others.get(name);
      if (lines === undefined) throw new Error(`iptables-restore: no chain ${name}`);
      return lines;
    };
    try {
      for (const line of input.split('\n').slice(1, -2)) {
        const [verb = '', name = '', third] = line.split(' ');
        if (verb.startsWith(':')) own.set(verb.slice(1), []);
        else if (verb === '-A') chainOf(name).push(line);
        else if (verb === '-I')
          chainOf(name).unshift(line.replace(`-I ${name} ${third}`, `-A ${name}`));
        else if (verb === '-F') chainOf(name).length = 0;
        else if (verb === '-X') own.delete(name);
        else if (verb === '-D') {
          const lines = chainOf(name);
          const index = lines.indexOf(line.replace('-D', '-A'));
          if (index < 0) throw new Error('iptables-restore: no such rule');
          lines.splice(index, 1);
        }
      }
    } catch (error) {
      this.chains.set(table === 'filter' ? family : `${family} ${table}`, before);
      throw error;
    }
    this.changes += 1;
    return '';
  }

  #ipset([verb, name = '']: readonly string[], input: string): string {
    if (verb === 'save') {
      const set = this.sets.get(name);
      if (set === undefined) throw new Error('The set with the given name does not exist');
      const members = [...set.members].map((member) => `add ${name} ${member}`);
      return [`create ${name} ${set.type} hashsize 1024 maxelem 65536`, ...members, ''].join('\n');
    }
    if (verb === 'destroy') {
      this.sets.delete(name);
      return '';
    }
    for (const line of input.split('\n').filter((text) => text !== '')) {
      const [order, set = '', ...rest] = line.split(' ');
      if (order === 'create') this.sets.set(set, { type: rest.join(' '), members: new Set() });
      else if (order === 'add') this.sets.get(set)?.members.add(rest[0] ?? '');
      else this.sets.get(set)?.members.delete(rest[0] ?? '');
    }
    return '';
  }
}
