/** The kernel's table of IPVS connections, `/proc/net/ip_vs_conn`, of the network namespace of the caller. */
import { createReadStream } from 'node:fs';

const PATH = '/proc/net/ip_vs_conn';

/** Its lines, without the title, as many at a time as are read at once. Rejects when it cannot be read. */
export async function* ipvsConnections(): AsyncGenerator<readonly string[]> {
  let rest = '';
  let isTitle = true;
  for await (const chunk of createReadStream(PATH, { encoding: 'latin1' })) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    if (isTitle && lines.length > 0) {
      lines.shift();
      isTitle = false;
    }
    if (lines.length > 0) yield lines;
  }
}
