/** What `tandem ipvs` says of services that a running Tandem keeps, and its JSON. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { TableKernel } from '../../../src/cli/ipvs-parts.ts';
import type { TandemShare } from '../../../src/core/ipvsadm/ownership.ts';
import { ipvsShare } from '../../../src/daemon/control/ipvs-share.ts';
import { runIpvs } from '../../support/ipvs-command.ts';
import { modelIpvs } from '../../support/model-ipvs.ts';
import { parse } from '../../support/parse-text.ts';

const KEPT = '192.0.2.1:80';
const OTHER = '192.0.2.2:80';

const SHARE: TandemShare = {
  services: new Map([
    ['tcp:192.0.2.1:80', '192.0.2.1 80'],
    ['tcp:192.0.2.9:80', 'group web'],
  ]),
  syncDaemon: true,
};

const UNDONE =
  'tandem: warning: the running Tandem keeps tcp:192.0.2.1:80 (192.0.2.1 80) and undoes this change. Change its configuration instead.\n';

let kernel: TableKernel;

beforeEach(async () => {
  kernel = modelIpvs({ interfaces: ['eth0'] });
  const input = `-A -t ${KEPT} -s rr\n-a -t ${KEPT} -r 198.51.100.1 -m\n-A -t ${OTHER} -s sh -b sh-port -p 60\n`;
  expect(await runIpvs(kernel, ['-R'], { input })).toEqual({ out: '', err: '', status: 0 });
});

describe('a change of what a running Tandem keeps', () => {
  it.each([
    [`-E -t ${KEPT}`],
    [`-a -t ${KEPT} -r 198.51.100.2`],
    [`-e -t ${KEPT} -r 198.51.100.1 -m -w 7`],
    [`-d -t ${KEPT} -r 198.51.100.1`],
    [`-D -t ${KEPT}`],
  ])('is made, and said to be undone: %s', async (line) => {
    const ran = await runIpvs(kernel, line.split(' '), { share: SHARE });
    expect(ran).toEqual({ out: '', err: UNDONE, status: 0 });
  });

  it.each([
    [`-E -t ${OTHER}`],
    [`-a -t ${OTHER} -r 198.51.100.2`],
    ['-Z'],
    ['--set 900 120 300'],
    ['-Sn'],
  ])('no other one: %s', async (line) => {
    expect((await runIpvs(kernel, line.split(' '), { share: SHARE })).err).toBe('');
  });

  it('is not said of one that the kernel refused', async () => {
    const ran = await runIpvs(kernel, ['-A', '-t', KEPT], { share: SHARE });
    expect(ran).toEqual({ out: '', err: 'Service already exists\n', status: 255 });
  });

  it('is said once of all lines of a restore', async () => {
    const input = `-E -t ${KEPT}\n-A -t 192.0.2.9:80\n-a -t ${KEPT} -r 198.51.100.5\n-A -t ${OTHER}\n`;
    const { err } = await runIpvs(kernel, ['-R'], { share: SHARE, input });
    expect(err).toBe(
      'Service already exists\n' +
        'tandem: warning: the running Tandem keeps tcp:192.0.2.1:80 (192.0.2.1 80), tcp:192.0.2.9:80 (group web) and undoes this change. Change its configuration instead.\n',
    );
  });

  it('is said of an emptied table, and of daemons', async () => {
    expect((await runIpvs(kernel, ['-C'], { share: SHARE })).err).toBe(
      'tandem: warning: 2 services of the running Tandem were removed as well; it makes them again.\n',
    );
    const start = ['--start-daemon', 'master'];
    expect((await runIpvs(kernel, start, { share: SHARE })).err).toBe(
      'tandem: warning: the running Tandem keeps the connection synchronisation and undoes this change. Change its configuration instead.\n',
    );
  });

  it('is nobody’s matter while none runs', async () => {
    expect(await runIpvs(kernel, ['-C'])).toEqual({ out: '', err: '', status: 0 });
  });
});

describe('a list', () => {
  it('says beside it which services are kept; by the name of ipvsadm it says nothing', async () => {
    const plain = await runIpvs(kernel, ['-Ln'], { share: SHARE });
    expect(plain.err).toBe('');
    const own = await runIpvs(kernel, ['-Ln'], { share: SHARE, isIpvsadm: false });
    expect(own).toEqual({
      ...plain,
      err: 'tandem: the running Tandem keeps tcp:192.0.2.1:80 (192.0.2.1 80); 1 service of others\n',
    });
  });

  it('is JSON with --json, in which they are marked', async () => {
    const { out, err, status } = await runIpvs(kernel, ['-L', '--json'], {
      share: SHARE,
      isIpvsadm: false,
    });
    expect({ err, status }).toEqual({ err: '', status: 0 });
    expect(JSON.parse(out)).toMatchObject({
      ipvsVersion: 1,
      services: [
        {
          key: 'tcp:192.0.2.1:80',
          tandem: '192.0.2.1 80',
          protocol: 'TCP',
          port: 80,
          mark: null,
          schedulerFlags: [],
          persistence: null,
          servers: [{ address: '198.51.100.1', port: 80, method: 'NAT', weight: 1, tunnel: null }],
        },
        {
          key: 'tcp:192.0.2.2:80',
          tandem: null,
          scheduler: 'sh',
          schedulerFlags: ['sh-port'],
          persistence: { timeoutSeconds: 60, netmask: null },
          servers: [],
        },
      ],
    });
  });

  it.each([
    ['-L --timeout', { timeoutsSeconds: { tcp: 900, tcpFin: 120, udp: 300 } }],
    ['-L --daemon', { daemons: [], tandem: true }],
    ['-L -c', { connections: [{ protocol: 'TCP', state: 'SYN_RECV', expiresSeconds: 57 }] }],
  ])('%s --json', async (line, document) => {
    const { out } = await runIpvs(kernel, ['--json', ...line.split(' ')], {
      share: SHARE,
      isIpvsadm: false,
      connections: ['TCP 0A090001 0FA1 0A090001 0050 0A09004D 1F90 SYN_RECV         57'],
    });
    expect(JSON.parse(out)).toMatchObject(document);
  });

  it('refuses --json where there is nothing to list, and as ipvsadm', async () => {
    for (const command of ['-C', '-R', '-S']) {
      const ran = await runIpvs(kernel, [command, '--json'], { isIpvsadm: false });
      expect(ran).toEqual({ out: '', err: 'tandem: --json goes with -L only\n', status: 2 });
    }
    expect((await runIpvs(kernel, ['-L', '--json'])).err).toBe('--json: unknown option\n');
    const absent = ['--json', '-L', '-t', '192.0.2.77:1'];
    expect(await runIpvs(kernel, absent, { isIpvsadm: false })).toEqual({
      out: '',
      err: 'No such service\n',
      status: 1,
    });
  });
});

it('all services of a configuration are kept, each by the first virtual server that has it', () => {
  const { config } = parse(`global_defs {
  lvs_sync_daemon eth1
}
virtual_server_group web {
  192.0.2.1 80
  fwmark 7
}
virtual_server group web {
  protocol TCP
  real_server 198.51.100.1 80 {
  }
}
virtual_server 192.0.2.1 80 {
  protocol TCP
  real_server 198.51.100.2 80 {
  }
}
`);
  if (config === undefined) throw new Error('the text is no configuration');
  expect(ipvsShare(config)).toEqual({
    services: [
      { key: 'tcp:192.0.2.1:80', title: expect.stringContaining('web') },
      { key: 'fwmark:7:ipv4', title: expect.stringContaining('web') },
    ],
    syncDaemon: true,
  });
});
