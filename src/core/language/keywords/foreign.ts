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
  instead: 'remove it; lb_kind FNAT is known, and fnat_source says which addresses servers see',
};

const REMOVED_MASK: ForeignKeyword = {
  what: 'a word that keepalived dropped long ago',
  instead: 'remove it; the mask has no meaning for masquerading',
};

const HAPROXY: ForeignKeyword = {
  what: 'a word of HAProxy',
  instead:
    'a service is virtual_server ADDRESS PORT { ... } with a real_server block for each server',
};

const NGINX: ForeignKeyword = {
  what: 'a word of nginx',
  instead:
    'a service is virtual_server ADDRESS PORT { ... } with a real_server block for each server',
};

const LDIRECTORD: ForeignKeyword = {
  what: 'a word of ldirectord',
  instead: 'a check is a block such as TCP_CHECK { ... } inside real_server',
};

function wrong(instead: string): ForeignKeyword {
  return { what: 'not a keyword', instead: `write ${instead}` };
}

const METHOD = wrong('lb_kind for the forwarding method');
const SCHEDULER = wrong('lb_algo for the scheduler');

/** By word. Words that are keywords anywhere in the language don't belong here. */
export const FOREIGN_KEYWORDS: ReadonlyMap<string, ForeignKeyword> = new Map(
  Object.entries<ForeignKeyword>({
    nat_mask: REMOVED_MASK,
    net_mask: REMOVED_MASK,
    local_address_group: FULL_NAT,
    laddr_group_name: FULL_NAT,
    syn_proxy: FULL_NAT,
    est_timeout: FULL_NAT,
    defence_udp_drop: FULL_NAT,
    blklst_addr_group: FULL_NAT,
    alpha_mode: wrong('alpha'),
    script_security: wrong('enable_script_security'),
    lb_method: wrong('lb_kind for the forwarding method or lb_algo for the scheduler'),
    lb_type: METHOD,
    lb_mode: METHOD,
    lvs_mode: METHOD,
    lvs_kind: METHOD,
    lvs_type: METHOD,
    forwarding_method: METHOD,
    lvs_algo: SCHEDULER,
    lb_sched: SCHEDULER,
    lb_scheduler: SCHEDULER,
    lvs_scheduler: SCHEDULER,
    algorithm: SCHEDULER,
    HTTP_CHECK: wrong('HTTP_GET { url { path / } }'),
    HTTPS_CHECK: wrong('SSL_GET { url { path / } }'),
    HTTPS_GET: wrong('SSL_GET { url { path / } }'),
    SSL_CHECK: wrong('SSL_GET { url { path / } }'),
    ICMP_CHECK: wrong('PING_CHECK'),
    SCRIPT_CHECK: wrong('MISC_CHECK { misc_path "COMMAND" }'),
    PORT_CHECK: wrong('TCP_CHECK'),
    frontend: HAPROXY,
    backend: HAPROXY,
    default_backend: HAPROXY,
    use_backend: HAPROXY,
    balance: HAPROXY,
    listen: HAPROXY,
    bind: HAPROXY,
    maxconn: HAPROXY,
    server: {
      what: 'a word of HAProxy or nginx',
      instead: 'write real_server ADDRESS PORT { ... }',
    },
    upstream: NGINX,
    proxy_pass: NGINX,
    location: NGINX,
    checktype: LDIRECTORD,
    checkinterval: LDIRECTORD,
    checktimeout: LDIRECTORD,
    quiescent: LDIRECTORD,
  }),
);
