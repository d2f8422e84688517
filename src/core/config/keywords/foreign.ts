/**
 * Words that real files carry though keepalived never knew them or has long dropped them: patches of
 * other products, removed keywords, and common slips that edit distance does not find.
 */

/** What a foreign word is and what to write instead. */
export interface ForeignKeyword {
  readonly what: string;
  readonly instead: string;
}

const FULL_NAT: ForeignKeyword = {
  what: 'a word of a patched keepalived with Full-NAT',
  instead: 'remove it; masquerading with source translation is set up outside',
};

const REMOVED_MASK: ForeignKeyword = {
  what: 'a word that keepalived dropped long ago',
  instead: 'remove it; the mask has no meaning for masquerading',
};

/** By word. */
export const FOREIGN_KEYWORDS: Readonly<Record<string, ForeignKeyword | undefined>> = {
  nat_mask: REMOVED_MASK,
  net_mask: REMOVED_MASK,
  local_address_group: FULL_NAT,
  laddr_group_name: FULL_NAT,
  alpha_mode: { what: 'not a keyword', instead: 'write alpha' },
  script_security: { what: 'not a keyword', instead: 'write enable_script_security' },
  syn_proxy: FULL_NAT,
  est_timeout: FULL_NAT,
  lb_method: {
    what: 'not a keyword',
    instead: 'write lb_kind for the forwarding method or lb_algo for the scheduler',
  },
};
