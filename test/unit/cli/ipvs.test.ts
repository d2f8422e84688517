/** `tandem ipvs` against what ipvsadm printed, on a table in memory. */
import { describe, expect, it } from 'vitest';
import { ipvs } from '../../../src/cli/ipvs.ts';
import type { IpvsParts, TableKernel } from '../../../src/cli/ipvs-parts.ts';
import { parseIp } from '../../../src/core/base/address.ts';
import { ok } from '../../../src/core/base/result.ts';
import { readPortNames } from '../../../src/core/ipvsadm/service-names.ts';
import { modelIpvs } from '../../support/model-ipvs.ts';
import { IPVSADM, type IpvsadmPart, type IpvsadmStep } from '../../vectors/ipvsadm.ts';

/** The lines of Debian 12 that matter here. */
const SERVICES = readPortNames(`
tcpmux		1/tcp				# TCP port service multiplexer
echo		7/tcp
echo		7/udp
discard		9/tcp		sink null
systat		11/tcp		users
domain		53/tcp				# Domain Name Server
domain		53/udp
tftp		69/udp
http		80/tcp		www		# WorldWideWeb HTTP
https		443/tcp				# http protocol over TLS/SSL
https		443/udp				# HTTP/3
http-alt	8080/tcp	webcache	# WWW caching service
`);

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

async function run(
  kernel: TableKernel,
  { run: words, input = '' }: IpvsadmStep,
  { hosts = {}, aliases = {} }: IpvsadmPart,
): Promise<Ran> {
  let out = '';
  let err = '';
  const known = { localhost: '127.0.0.1', ...hosts };
  const parts: IpvsParts = {
    open: async () => ok(kernel),
    addressOf: async (host) => parseIp({ ...known, ...aliases }[host] ?? ''),
    hostOf: async (address) => Object.entries(known).find(([, one]) => one === address)?.[0],
    portNames: () => SERVICES,
    connections: async function* () {},
    // In pieces that end anywhere.
    input: async function* () {
      for (let at = 0; at < input.length; at += 7) yield input.slice(at, at + 7);
    },
    print: async (text) => {
      out += text;
    },
    complain: async (text) => {
      err += text;
    },
  };
  const status = await ipvs(words, { isIpvsadm: true }, parts);
  return { out, err, status };
}

describe('prints what ipvsadm prints', () => {
  let kernel = modelIpvs();
  for (const part of IPVSADM.parts) {
    it(part.name, async () => {
      if (part.goesOn !== true) kernel = modelIpvs({ interfaces: part.interfaces ?? [] });
      for (const step of part.steps) {
        const { out = '', err = '', status = 0 } = step;
        const ran = await run(kernel, step, part);
        expect({ call: step, ...ran }).toEqual({ call: step, out, err, status });
      }
    });
  }
});
