/**
 * Configurations in keepalived's language for tests that vary a few values; the acceptance scenarios use the files of `conf/`.
 */

/** What varies in a pair's election. */
export interface VrrpConfiguration {
  readonly state: 'MASTER' | 'BACKUP';
  readonly priority: number;
  readonly vip: string;
  readonly vrid: number;
  /** 2 with keepalived's default encoding, or 3. */
  readonly version: 2 | 3;
  /** PASS authentication (version 2 only). */
  readonly password?: string;
  /** Seconds, with fraction in version 3. */
  readonly advertSeconds: number;
  /** Further lines of the instance. */
  readonly lines?: readonly string[];
}

/** A configuration with one VRRP instance on `eth0`. */
export function vrrpConfiguration(options: VrrpConfiguration): string {
  const password = options.password;
  const authentication =
    password === undefined
      ? ''
      : `    authentication {\n        auth_type PASS\n        auth_pass ${password}\n    }\n`;
  const further = (options.lines ?? []).map((line) => `    ${line}\n`).join('');
  return `global_defs {
    router_id lab
    vrrp_version ${options.version}
}

vrrp_instance VI_1 {
    state ${options.state}
    interface eth0
    virtual_router_id ${options.vrid}
    priority ${options.priority}
    advert_int ${options.advertSeconds}
${authentication}${further}    virtual_ipaddress {
        ${options.vip}
    }
}
`;
}
