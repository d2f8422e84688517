// The health core alone, 40,000 real servers with one check each: time to take a configuration, to take it
// again as a reload, and for one probe from its start to its judged end.
//   node test/bench/health-core.mjs        (after npm run build)

import { seededRandom } from '../../dist/core/base/seeded-random.js';
import { HealthMachine } from '../../dist/core/health/machine.js';

const VIRTUAL_SERVERS = 400;
const REAL_SERVERS = 100;
const PERIOD_US = 10_000_000;
const SIMULATED_US = 100_000_000;

function configuration() {
  return Array.from({ length: VIRTUAL_SERVERS }, (_, v) => ({
    key: `tcp:10.0.${v >> 8}.${v & 255}:80`,
    title: `service ${v}`,
    services: [],
    quorum: 1,
    hysteresis: 0,
    realServers: Array.from({ length: REAL_SERVERS }, (_, r) => {
      const address = `10.${1 + (v >> 8)}.${v & 255}.${r + 1}`;
      const check = {
        type: 'TCP_CHECK',
        label: 'TCP_CHECK#1',
        delayLoop: PERIOD_US,
        warmup: PERIOD_US,
        retry: 1,
        delayBeforeRetry: 1_000_000,
        alpha: false,
        logAllFailures: false,
        target: { address, port: 80, connectTimeout: 5_000_000 },
      };
      return { address, port: 80, weight: 1, inhibitOnFailure: false, checks: [check] };
    }),
  }));
}

const machine = new HealthMachine({ random: seededRandom(1) });
const timed = (work) => {
  const started = performance.now();
  work();
  return performance.now() - started;
};
const first = configuration();
const again = configuration();
const configure = (virtualServers, now) =>
  timed(() => machine.handle(now, { type: 'configure', virtualServers }));
console.log(`configure 40,000 servers: ${configure(first, 0).toFixed(0)} ms`);
console.log(`reload them unchanged: ${configure(again, 0).toFixed(0)} ms`);

let probes = 0;
let wakes = 0;
const result = { outcome: 'ok', detail: 'connected', elapsed: 100 };
const spent = timed(() => {
  for (let now = machine.deadline; now < SIMULATED_US; now = machine.deadline) {
    wakes++;
    for (const action of machine.handle(now, { type: 'deadline' })) {
      if (action.type !== 'startProbe') continue;
      const { checkId, generation } = action;
      machine.handle(now + 100, { type: 'probeEnded', checkId, generation, result });
      probes++;
    }
  }
});
const each = ((spent * 1_000) / probes).toFixed(2);
console.log(`${probes} probes in ${wakes} wake-ups: ${each} us each`);
