/** Rule: what is defined should be used; a script that nothing tracks checks nothing. */

import { TRACKER_KINDS } from '../../trackers.ts';
import { all, text } from '../../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../../typed/values.ts';
import type { Rule } from '../rule.ts';

/** Reports scripts, processes, files, BFD sessions and server groups that nothing refers to. */
export const UNUSED_DEFINITION: Rule = {
  name: 'unused-definition',
  lacksAnywhere: [
    'track_script',
    'track_file',
    'track_process',
    'track_bfd',
    'BFD_CHECK',
    'FILE_CHECK',
    'virtual_server',
    'vrrp_instance',
  ],
  reason: 'The line that uses it was forgotten, so the check never has an effect',
  fix: 'Refer to it (track_script { NAME }), or remove it',
  check: ({ root, report }) => {
    const definitions = root.statements.filter(({ keyword }) => keyword.name in USERS);
    if (definitions.length === 0) return;
    const used = usedNames(root);
    for (const typed of definitions) {
      const users = USERS[typed.keyword.name];
      const name = typed.values[0];
      if (users === undefined || typeof name !== 'string') continue;
      if (used.has(`${typed.keyword.name} ${name}`)) continue;
      report({
        at: { typed },
        message: `${typed.keyword.name} "${name}" is used nowhere`,
        suggestion: `refer to it with ${users}, or remove it`,
      });
    }
  },
};

/** Blocks that define something, and what refers to it. */
const USERS: Readonly<Record<string, string | undefined>> = {
  vrrp_script: 'track_script',
  vrrp_track_process: 'track_process',
  track_file: 'track_file',
  bfd_instance: 'track_bfd or BFD_CHECK',
  witness: 'takeover_witness',
  virtual_server_group: 'virtual_server group NAME',
};

function usedNames(root: TypedBlock): ReadonlySet<string> {
  const used = new Set<string>();
  for (const typed of root.statements) {
    if (typed.keyword.name === 'vrrp_instance' || typed.keyword.name === 'vrrp_sync_group') {
      noteTracked(typed, used);
      used.add(`witness ${text(typed.block, 'takeover_witness') ?? ''}`);
    }
    if (typed.keyword.name !== 'virtual_server') continue;
    const [, kind, group] = typed.statement.words;
    if (kind?.text === 'group' && group !== undefined)
      used.add(`virtual_server_group ${group.text}`);
    for (const server of all(typed.block, 'real_server')) noteChecked(server, used);
  }
  return used;
}

function noteTracked(owner: TypedStatement, used: Set<string>): void {
  for (const { kind, definer } of TRACKER_KINDS) {
    if (definer === undefined) continue;
    for (const entry of all(owner.block, kind).flatMap((typed) => typed.block?.entries ?? [])) {
      used.add(`${definer} ${entry.token.text}`);
    }
  }
}

function noteChecked(server: TypedStatement, used: Set<string>): void {
  for (const { keyword, block } of server.block?.statements ?? []) {
    if (keyword.name === 'FILE_CHECK') used.add(`track_file ${text(block, 'track_file') ?? ''}`);
    if (keyword.name === 'BFD_CHECK') used.add(`bfd_instance ${text(block, 'name') ?? ''}`);
  }
}
