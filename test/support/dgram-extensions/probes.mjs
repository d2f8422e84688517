// Probes that need a network namespace; argv[2] names the case. Inside, 10.9.0.2 has a neighbour entry that
// leads nowhere: SYNs to it vanish.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { ConnectProber, sockaddrIn } from 'dgram-extensions';
import { LOOPBACK, say } from './common.mjs';

const SLOTS = 4096;
const nowhere = sockaddrIn(Uint8Array.of(10, 9, 0, 2), 80);
const cases = { timeouts, reusedSlots, sourcePorts, device };
cases[process.argv[2]]();

/** As many as there are slots, all of which run out of time. */
function timeouts() {
  const outcomes = {};
  let least = Number.POSITIVE_INFINITY;
  let ended = 0;
  const prober = new ConnectProber({
    slots: SLOTS,
    onResult: (result) => {
      const outcome = `${result.phase} ${result.errno}`;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      least = Math.min(least, result.elapsedUs);
      ended++;
      if (ended < SLOTS) return;
      say({ outcomes, neverEarly: least >= 400_000, active: prober.active });
      prober.close();
    },
  });
  const refused = new Set();
  for (let id = 0; id < SLOTS; id++) {
    refused.add(prober.probe({ id, destination: nowhere, timeoutUs: 400_000 }));
  }
  say({ started: [...refused], active: prober.active });
  say({ whenFull: prober.probe({ id: SLOTS, destination: nowhere, timeoutUs: 1e6 }) });
}

/** Refused probes, ready all at once; the first handler cancels the others and starts one in their place. */
function reusedSlots() {
  const prober = new ConnectProber({
    slots: 8,
    onResult: (result) => {
      say({ id: result.id, errno: result.errno, phase: result.phase });
      if (result.id !== 0) prober.close();
      else {
        for (let id = 1; id < 8; id++) prober.cancel(id);
        prober.probe({ id: 100, destination: nowhere, timeoutUs: 100_000 });
      }
    },
  });
  const destination = sockaddrIn(LOOPBACK, 9);
  for (let id = 0; id < 8; id++) prober.probe({ id, destination, timeoutUs: 5e6 });
}

/** Two ports for sixteen connections from one source: enough only if ports are chosen per destination. */
function sourcePorts() {
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '40000 40001\n');
  const sockets = [];
  const server = createServer((socket) => sockets.push(socket));
  server.listen(8080, '0.0.0.0', () => {
    const errnos = [];
    const prober = new ConnectProber({
      slots: 32,
      onResult: (result) => {
        errnos.push(result.errno);
        if (prober.active > 0) return;
        say({ errnos });
        prober.close();
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    const source = sockaddrIn(LOOPBACK);
    for (let id = 0; id < 16; id++) {
      const destination = sockaddrIn(Uint8Array.of(127, 0, 1, id + 1), 8080);
      // Held open by waiting for bytes that never come, so that no port is free again meanwhile.
      const errno = prober.probe({ id, destination, source, timeoutUs: 500_000, until: 'eof' });
      if (errno !== 0) errnos.push(errno);
    }
  });
}

/** Through the wrong interface there is no way to loopback. */
function device() {
  const prober = new ConnectProber({
    slots: 2,
    onResult: (result) => {
      say({ id: result.id, errno: result.errno, phase: result.phase });
      if (prober.active === 0) prober.close();
    },
  });
  const destination = sockaddrIn(LOOPBACK, 9);
  const common = { destination, timeoutUs: 200_000, mark: 7, tos: 0x10 };
  prober.probe({ ...common, id: 1, device: 'lo' });
  say({ absent: prober.probe({ ...common, id: 2, device: 'nodev0' }) });
}
