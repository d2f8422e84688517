/**
 * `tandem ipvs` beside ipvsadm in one kernel: the same lines, the same output. A whole script goes through `-R` of each, which carries out any
 * command and prints what it lists. Runs in a network namespace of its own, as root, in a kernel that has ip_vs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipvs } from '../../src/cli/ipvs.ts';
import { realParts } from '../../src/cli/ipvs-parts.ts';

/** Nobody listens there. */
const NO_DIRECTOR = '/run/no-tandem';

/** What a program printed, and its exit status. */
interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

function ipvsadm(words: readonly string[], input: string = ''): Ran {
  const { stdout, stderr, status } = spawnSync('ipvsadm', words, { input, encoding: 'utf8' });
  return { out: stdout, err: stderr, status };
}

async function tandem(words: readonly string[], input: string = ''): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await ipvs(
    words,
    { isIpvsadm: true },
    {
      ...realParts(NO_DIRECTOR),
      input: async function* () {
        yield input;
      },
      print: async (text) => {
        out += text;
      },
      complain: async (text) => {
        err += text;
      },
    },
  );
  return { out, err, status };
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args);
}

beforeAll(() => {
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'eth0', 'type', 'dummy');
  run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'eth0');
  run('ip', 'link', 'set', 'eth0', 'up');
});

beforeEach(() => {
  run('ipvsadm', '-C');
  run('ipvsadm', '--set', '900', '120', '300');
});

function sorted(text: string): readonly string[] {
  return text.split('\n').toSorted();
}

/** Without the connections that another test file left behind: their seconds go on between two lists, and they end. */
function withoutOld(ran: Ran): Ran {
  return { ...ran, out: ran.out.replace(/^[A-Z]+ +\d\d:\d\d .*\n/gm, '') };
}

// Other suites may follow in this namespace.
afterAll(() => {
  run('ipvsadm', '-C');
  run('ip', 'link', 'del', 'eth0');
});

/** Services and servers of every kind, refusals in between, and what lists them. */
const TABLE = `
-A -t 192.0.2.10:80 -s rr
-a -t 192.0.2.10:80 -r 198.51.100.1 -w 5 -x 100 -y 50
-a -t 192.0.2.10:80 -r 198.51.100.2:8080 -m -w 65535
-a -t 192.0.2.10:80 -r 198.51.100.2:8080 -m
-a -t 192.0.2.10:80 -r 198.51.100.3 -i
-a -t 192.0.2.10:80 -r 198.51.100.4 -i --tun-type gue --tun-port 6080 --tun-csum
-a -t 192.0.2.10:80 -r 198.51.100.5 -i --tun-type gue --tun-port 6080 --tun-remcsum
-a -t 192.0.2.10:80 -r 198.51.100.6 -i --tun-type gre
-a -t 192.0.2.10:80 -r 2001:db8:1::6 -i
-a -t 192.0.2.10:80 -r 224.0.0.1
-a -t 192.0.2.10:80 -r 198.51.100.7 -x 5 -y 9
-a -t 192.0.2.10:80 -r 127.0.0.1
-A -t 192.0.2.10:80
-A -t 192.0.2.9:443 -s mh -b mh-port -p 300 -M 255.255.255.0
-A -t 192.0.2.8:443 -s sh -b sh-port,sh-fallback
-A -t 192.0.2.7:443 -s nosuch
-A -u 192.0.2.10:53 -o
-A -u 192.0.2.10:5060 -s rr -p 60 --pe sip -o
-A --sctp-service 192.0.2.10:9 -b flag-1,flag-3
-A -t 192.0.2.11 -p
-A -t [2001:db8::10]:443 -s wrr -p 600 -M 64
-a -t [2001:db8::10]:443 -r [2001:db8:1111:2222:3333:4444:5555:7777]:8443 -m
-a -t [2001:db8::10]:443 -r [fd00::2]:443
-A -t [fd00::1]:80
-A -t [::ffff:192.0.2.1]:80
-A -f 7 -s rr
-a -f 7 -r 198.51.100.1:81
-A -f 7 -6 -b flag-2
-A -f 4294967295 -p 77 -M 255.0.255.0
-A -t 127.0.0.1:1
-A -t 224.0.0.1:1
-A -t 255.255.255.255:1
-A -t 0.0.0.0:1
-A -t 1.2.3.4:1
-A -t 100.1.1.1:1
-e -t 192.0.2.10:80 -r 198.51.100.2:8080 -m -w 9
-e -t 192.0.2.10:80 -r 198.51.100.99 -m
-d -t 192.0.2.10:80 -r 198.51.100.3
-d -t 192.0.2.10:80 -r 198.51.100.3
-d -t 192.0.2.99:80 -r 198.51.100.3
-E -t 192.0.2.8:443 -s wlc
-E -t 192.0.2.99:443
-D -t 192.0.2.99:443
-Z -t 192.0.2.99:443
-Z
-L --bogus
`;

const LISTS = `
-L -n
-L
-L -n --nosort
-L -n --stats
-L -n --stats -X
-L -n --rate
-L -n --thresholds
-L -n --persistent-conn
-L -n --tun-info
-L -n -t 192.0.2.10:80
-L -n -f 7 -6 --stats
-S
-S -n
-L --timeout
-L --daemon
-L -n -c
`;

describe('the same lines through both', () => {
  it('print the same, refusals too, and leave the same table', async () => {
    const script = `${TABLE}${LISTS}--set 800 0 200\n-L --timeout\n--set 900 120 300\n`;
    const expected = ipvsadm(['-R'], script);
    expect(expected.out.split('\n').length).toBeGreaterThan(300);
    run('ipvsadm', '-C');
    expect(withoutOld(await tandem(['-R'], script))).toEqual(withoutOld(expected));
    // And each lists what the other one made.
    const ours = withoutOld(await tandem(['-R'], LISTS));
    expect(ours).toEqual(withoutOld(ipvsadm(['-R'], LISTS)));
  });

  it('restore what the other one saved', async () => {
    ipvsadm(['-R'], TABLE);
    // A mark above 2^31 is saved as a negative number, which neither of them reads.
    ipvsadm(['-D', '-f', '4294967295']);
    const { out: saved } = ipvsadm(['-S', '-n']);
    run('ipvsadm', '-C');
    expect(await tandem(['-R'], saved)).toEqual({ out: '', err: '', status: 0 });
    // Addresses far apart have no order of their own: they stand as the kernel lists them, which goes by what was there before.
    const { out: theirs } = ipvsadm(['-S', '-n']);
    expect(sorted(theirs)).toEqual(sorted(saved));
    const { out: ours } = await tandem(['-S', '-n']);
    expect(ours).toBe(theirs);
    expect(await tandem(['-C'])).toEqual({ out: '', err: '', status: 0 });
    expect(ipvsadm(['-R'], ours)).toEqual({ out: '', err: '', status: 0 });
    expect(sorted((await tandem(['-S', '-n'])).out)).toEqual(sorted(saved));
  });

  it.each([
    [['-L', '-t', '192.0.2.1:80']],
    [['-Z', '-t', '192.0.2.1:80']],
    [['-A', '-t', '192.0.2.1']],
    [['-A', '-t', '192.0.2.1:80', '-s', 'nosuch']],
    [['-n', '-L']],
    [['-L', 'word']],
    [[]],
    [['-L', '-n', '-c', '--persistent-conn']],
    [['--start-daemon', 'master', '--mcast-interface', 'nosuch']],
    [['--stop-daemon', 'backup']],
  ])('%j ends the same', async (words) => {
    expect(withoutOld(await tandem(words))).toEqual(withoutOld(ipvsadm(words)));
  });

  it('start, list and stop daemons', async () => {
    const start = ['--start-daemon', 'backup', '--syncid', '5', '--mcast-group', '239.1.2.3'];
    expect(await tandem(start)).toEqual({ out: '', err: '', status: 0 });
    expect(await tandem(start)).toEqual(ipvsadm(start));
    const { out } = ipvsadm(['-L', '--daemon']);
    expect(out).toContain('backup sync daemon (mcast=eth0, syncid=5,');
    expect(await tandem(['-L', '--daemon'])).toEqual({ out, err: '', status: 0 });
    expect(await tandem(['--stop-daemon', 'backup'])).toEqual({ out: '', err: '', status: 0 });
    expect(ipvsadm(['-L', '--daemon']).out).toBe('');
  });
});

it('traffic and connections are listed the same', async () => {
  ipvsadm(['-R'], '-A -u 10.9.0.1:9 -s rr -p 3000\n-a -u 10.9.0.1:9 -r 10.9.0.77:99 -m\n');
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.send('x', 9, '10.9.0.1', () => socket.close(() => resolve()));
  });
  for (const list of ['-L -n -c', '-L -n --stats', '-L -n --persistent-conn', '-L -n']) {
    // Seconds of an entry, and counters, go on between two lists.
    await expect
      .poll(async () => {
        const [theirs, ours] = [ipvsadm(['-R'], list), await tandem(['-R'], list)];
        return ours.out === theirs.out && theirs.out.includes('10.9.0.77:99');
      })
      .toBe(true);
  }
});
