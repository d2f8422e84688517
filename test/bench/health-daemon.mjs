// The health core, its schedule and the probes as the health process has them, without anything else:
// argv[2] TCP_CHECK or HTTP_GET, argv[3] servers from port argv[4] on, one check a second each.
import { monotonicUs, Timer } from 'dgram-extensions';
import { seededRandom } from '../../dist/core/base/seeded-random.js';
import { HealthMachine } from '../../dist/core/health/machine.js';
import { ProbeRunner } from '../../dist/drivers/probes/probe-runner.js';

const [type, count, first] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const machine = new HealthMachine({ random: seededRandom(1) });
let armedFor = Number.POSITIVE_INFINITY;
const timer = new Timer(() => {
  armedFor = Number.POSITIVE_INFINITY;
  feed({ type: 'deadline' });
});
const runner = new ProbeRunner({
  onEnd: (checkId, generation, result) => feed({ type: 'probeEnded', checkId, generation, result }),
});

function feed(event) {
  for (const action of machine.handle(Math.floor(monotonicUs()), event)) {
    if (action.type === 'startProbe') {
      runner.start(action.checkId, action.generation, action.check);
    } else if (action.type === 'serverChanged') console.log(JSON.stringify(action));
  }
  // As the loop of the process: a timer is only ever moved forward.
  if (machine.deadline === undefined || machine.deadline >= armedFor) return;
  armedFor = machine.deadline;
  timer.arm(armedFor);
}

function check(port) {
  const target = { address: '127.0.0.1', port, connectTimeout: 2_000_000 };
  const common = {
    label: `${type}#1`,
    delayLoop: 1_000_000,
    warmup: 1_000_000,
    retry: 1,
    delayBeforeRetry: 1_000_000,
    alpha: false,
    logAllFailures: false,
    target,
  };
  if (type === 'TCP_CHECK') return { type, ...common };
  const url = { path: '/', statusCodes: [{ from: 200, to: 200 }] };
  return { type, ...common, httpVersion: '1.0', fastRecovery: false, sni: false, urls: [url] };
}

const forwarding = { method: 'NAT' };
const thresholds = { inhibitOnFailure: false, upperThreshold: 0, lowerThreshold: 0 };
const realServers = Array.from({ length: count }, (_, i) => ({
  address: '127.0.0.1',
  port: first + i,
  weight: 1,
  forwarding,
  ...thresholds,
  checks: [check(first + i)],
}));
feed({
  type: 'configure',
  virtualServers: [
    { key: 'bench', title: 'bench', services: [], quorum: 1, hysteresis: 0, realServers },
  ],
});
