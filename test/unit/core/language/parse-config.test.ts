/** The front end as a whole: from text to the runtime configuration of the scenarios. */
import { describe, expect, it, test } from 'vitest';
import { parseConfig } from '../../../../src/core/language/parse-config.ts';
import type { SourceLoader } from '../../../../src/core/language/source.ts';
import { findings, instance, parse } from '../../../support/parse-text.ts';

/** Scenario D as it is published: full-width spaces stand before some comments. */
const SCENARIO_D = `! Configuration File for keepalived
global_defs {
  router_id lb01
}
vrrp_instance VI_1 {
  state MASTER\u3000\u3000# BACKUP on the other
  interface eth0
  virtual_router_id 62
  priority 200\u3000# higher wins
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass 1111
  }
  virtual_ipaddress {
    10.0.0.3
  }
}
virtual_server 10.0.0.3 80 {
  delay_loop 3
  lb_algo rr
  lb_kind DR
  persistence_timeout 50
  protocol TCP
  real_server 10.0.0.7 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 10
      retry 3
      delay_before_retry 3
      connect_port 80
    }
  }
  real_server 10.0.0.8 80 {
    weight 1
    TCP_CHECK { connect_timeout 10 }
  }
}
`;

describe('parseConfig', () => {
  it('reads scenario D as intended, with notices for the full-width spaces', () => {
    const result = parse(SCENARIO_D);
    expect(findings(result)).toEqual(['6:pasted-character', '9:pasted-character']);
    expect(result.verdict.exitStatus).toBe(0);
    const [router] = result.config?.vrrpInstances ?? [];
    expect(router).toMatchObject({
      name: 'VI_1',
      initialState: 'MASTER',
      priority: 200,
      vrid: 62,
      interface: 'eth0',
      version: 2,
    });
    expect(router?.authentication).toEqual({ type: 'PASS', secret: '1111' });
    expect(router?.addresses).toEqual([
      { address: '10.0.0.3', prefixLength: 32, interface: 'eth0', scope: 0, noPrefixRoute: false },
    ]);
    const [server] = result.config?.virtualServers ?? [];
    expect(server).toMatchObject({
      scheduler: 'rr',
      persistence: { timeoutSeconds: 50, granularityPrefix: 32 },
      quorum: 1,
    });
    expect(server?.services).toEqual([
      { kind: 'address', family: 'ipv4', protocol: 'TCP', address: '10.0.0.3', port: 80 },
    ]);
    expect(server?.realServers.map((one) => one.checks[0])).toMatchObject([
      {
        type: 'TCP_CHECK',
        label: 'TCP_CHECK#1',
        retry: 3,
        delayLoop: 3_000_000,
        delayBeforeRetry: 3_000_000,
        target: { port: 80, connectTimeout: 10_000_000 },
      },
      {
        type: 'TCP_CHECK',
        retry: 1,
        delayBeforeRetry: 1_000_000,
        target: { address: '10.0.0.8', port: 80 },
      },
    ]);
  });

  it('accepts an empty file', () => {
    const result = parse('');
    expect(result.verdict).toMatchObject({ exitStatus: 0, refused: false });
    expect(result.config?.vrrpInstances).toEqual([]);
  });

  it('reports a main file that cannot be read', () => {
    const result = parse('include /nope\n');
    expect(findings(result)).toEqual(['1:include-failed']);
    expect(result.verdict.exitStatus).toBe(0);
  });

  it('collects all problems of a file at once', () => {
    const result = parse(
      instance('priority 300\n  advert_int x\n  no_such_keyword 3\n  state master'),
    );
    expect(findings(result)).toEqual([
      '4:number-repaired',
      '5:invalid-number',
      '6:unknown-keyword',
      '7:invalid-word',
    ]);
    expect(result.verdict).toMatchObject({ exitStatus: 5, errors: 3 });
  });

  it('gives no configuration when an instance lacks its router id', () => {
    const result = parse(
      'vrrp_instance V {\n interface eth0\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n',
    );
    expect(findings(result)).toEqual(['1:vrid-missing']);
    expect(result.config).toBeUndefined();
  });

  it('lists keywords that are not in effect yet once each, without changing the exit status', () => {
    const globals = 'global_defs {\n  enable_snmp_vrrp\n  snmp_socket udp:localhost:705\n}\n';
    const result = parse(globals + instance('') + globals);
    expect(result.config?.notSupportedYet).toEqual(['enable_snmp_vrrp', 'snmp_socket']);
    expect(result.diagnostics.find((item) => item.code === 'not-supported-yet')?.message).toBe(
      'enable_snmp_vrrp: not supported yet',
    );
  });
});

test('O13: a file that may not be read is told as that', () => {
  const loader: SourceLoader = { read: () => ({ ok: false, reason: 'denied' }), glob: () => [] };
  const { diagnostics } = parseConfig({ file: '/etc/t.conf', loader });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'the configuration file "/etc/t.conf" cannot be read: permission denied',
  ]);
});
