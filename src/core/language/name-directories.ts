/**
 * Where a configuration has the names of tables, protocols, realms, scopes and groups: `iproute_usr_dir` and `iproute_etc_dir` count
 * for the whole file, so they are looked for before any line is read.
 */
import type { HostFacts, NameDirectories } from './host.ts';
import { type Block, nameOf, wordAt } from './tree.ts';

/** The host with the names of these directories; the same one where the file does not name any. */
export function withNameDirectories(
  host: HostFacts | undefined,
  root: Block,
): HostFacts | undefined {
  const directories = directoriesOf(root);
  const numberOf = host?.numberOf;
  if (host === undefined || numberOf === undefined || directories === undefined) return host;
  return { ...host, numberOf: (table, name) => numberOf(table, name, directories) };
}

function directoriesOf(root: Block): NameDirectories | undefined {
  const vendor = wordBehind('iproute_usr_dir', root);
  const local = wordBehind('iproute_etc_dir', root);
  if (vendor === undefined && local === undefined) return undefined;
  return { ...(vendor !== undefined && { vendor }), ...(local !== undefined && { local }) };
}

/** The first one counts: a second is a mistake, which is reported where it is read. */
function wordBehind(keyword: string, root: Block): string | undefined {
  for (const block of root.statements) {
    if (nameOf(block) !== 'global_defs') continue;
    for (const statement of block.block?.statements ?? []) {
      if (nameOf(statement) === keyword && statement.words.length > 1) {
        return wordAt(statement, 1).text;
      }
    }
  }
  return undefined;
}
