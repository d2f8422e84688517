/** `tandem ipvs` against what ipvsadm printed, on a table in memory. */
import { describe, expect, it } from 'vitest';
import { readPortNames } from '../../../src/core/ipvsadm/service-names.ts';
import { runIpvs } from '../../support/ipvs-command.ts';
import { modelIpvs } from '../../support/model-ipvs.ts';
import { IPVSADM } from '../../vectors/ipvsadm.ts';

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

describe('prints what ipvsadm prints', () => {
  let kernel = modelIpvs();
  for (const part of IPVSADM.parts) {
    it(part.name, async () => {
      if (part.goesOn !== true) kernel = modelIpvs({ interfaces: part.interfaces ?? [] });
      for (const step of part.steps) {
        const { out = '', err = '', status = 0 } = step;
        const ran = await runIpvs(kernel, step.run, {
          ...part,
          hosts: { localhost: '127.0.0.1', ...part.hosts },
          ports: SERVICES,
          input: step.input ?? '',
        });
        expect({ call: step, ...ran }).toEqual({ call: step, out, err, status });
      }
    });
  }
});
