/**
 * The chapters of the demonstration. Each drives the stage, waits for what should happen, and reports it with its time; what does not happen is
 * an exception or a failed fact, and the demonstration's exit status.
 */
import { expectWithin, PATIENCE } from '../kit/expect.ts';
import { readIpvs, readIpvsCounters, weightsOf } from '../kit/ipvs-table.ts';
import type { Movement } from '../kit/movement.ts';
import { watchMovement } from '../kit/movement.ts';
import type { LabNode } from '../kit/node.ts';
import { duration, type Report } from '../kit/report.ts';
import { isAnswered, type RequestRecord, spreadOf } from '../kit/request-record.ts';
import { waitUntilServing } from '../scenarios/pair.ts';
import { demoConfiguration, type Stage, WAIT_MS_MAX, WEB_SERVERS } from './stage.ts';

/** A chapter. */
export type Chapter = (stage: Stage, report: Report) => Promise<void>;

/** Master-down interval of lb02, priority 150 (RFC 3768 section 6.1): 3 s and (256 - 150) / 256 s. */
const MASTER_DOWN_MS = 3414;
/** What polling and a guest with one processor may add. */
const MARGIN_MS: number = 1000 * PATIENCE;
/** Answers awaited before the spread over the servers is judged. */
const ROUND_OF_ANSWERS = 24;

/** Both directors start; the one with the higher priority becomes master. */
export const election: Chapter = async (stage, report) => {
  const { lb01, lb02, client, vip, watch } = stage;
  report.chapter('Two directors start and elect a master');
  const startMs = Date.now();
  await Promise.all([lb01, lb02].map((d) => d.start(demoConfiguration(d.node.name))));
  report.fact('lb01 and lb02 are running', `after ${duration(Date.now() - startMs)}`);
  await waitUntilMaster(stage);
  await expectWithin(
    'the client reaches lb01',
    async () => (await client.neighbourMac(vip)) === lb01.node.mac('eth0'),
    { withinMs: WAIT_MS_MAX },
  );
  const sinceMs = duration(Date.now() - startMs);
  report.fact(`lb01 is master and holds ${vip}`, `priority 200, after ${sinceMs}`);
  report.check(
    !(await lb02.node.holds(vip)),
    'lb02 is backup and does not hold it',
    'priority 150',
  );
  await expectWithin('the first answer', () => watch.traffic.records().some(isAnswered), {
    withinMs: WAIT_MS_MAX,
  });
  report.fact('the client gets answers', `http://${vip}/`);
};

/** Requests are spread over the servers. */
export const spread: Chapter = async (stage, report) => {
  report.chapter('Traffic is spread over the web servers');
  const records = await nextAnswers(stage);
  reportSpread(report, records, WEB_SERVERS);
  const counters = await expectWithin(
    'counters of all servers',
    async () => {
      const read = await readIpvsCounters(stage.lb01.node);
      return read.length > 0 && read.every((c) => c.connections > 0) ? read : undefined;
    },
    { withinMs: WAIT_MS_MAX },
  );
  const text = counters.value.map((c) => `${c.address} ${c.connections}`).join('   ');
  report.fact('the kernel counts connections', text);
};

/** One web server dies and one reports itself ill; both are taken out, and put in again when they are back. */
export const failingServers: Chapter = async (stage, report) => {
  const [, web02, web03] = stage.servers;
  if (web02 === undefined || web03 === undefined) throw new Error('three web servers are needed');
  report.chapter('A web server dies, another fails its health check');
  const causeMs = Date.now();
  web03.toggleHealth();
  await web02.kill();
  await waitForServers(stage, ['10.0.0.7:80']);
  const outMs = Date.now() - causeMs;
  report.fact('web02 (dead) and web03 (503) are taken out', `after ${duration(outMs)}`);
  report.fact('the client until then', outcome(stage.traffic.since(causeMs)));
  reportSpread(report, await nextAnswers(stage), ['web01']);
  const backMs = Date.now();
  web03.toggleHealth();
  await web02.start();
  await waitForServers(stage, ['10.0.0.7:80', '10.0.0.8:80', '10.0.0.9:80']);
  report.fact('both are back and put in again', `after ${duration(Date.now() - backMs)}`);
};

/** The master's processes are killed; the backup takes over. */
export const killedMaster: Chapter = async ({ lb01, lb02, watch }, report) => {
  report.chapter('The master is killed: SIGKILL to all its processes');
  const movement = await watchMovement(watch, {
    cause: () => lb01.kill(),
    to: lb02.node,
    withinMs: WAIT_MS_MAX,
  });
  reportMovement(report, { from: lb01.node, to: lb02.node, movement });
  report.check(
    movement.movedAfterMs < MASTER_DOWN_MS + MARGIN_MS,
    'within the master-down interval',
    `${duration(MASTER_DOWN_MS)} with advert_int 1 and priority 150`,
  );
};

/** The old master comes back and takes the address again. */
export const returningMaster: Chapter = async (stage, report) => {
  const { lb01, lb02, watch, vip } = stage;
  report.chapter('The master returns');
  const movement = await watchMovement(watch, {
    cause: () => lb01.start(demoConfiguration('lb01')),
    to: lb01.node,
    withinMs: WAIT_MS_MAX,
  });
  reportMovement(report, { from: lb02.node, to: lb01.node, movement });
  await waitUntilMaster(stage);
  await expectWithin(`lb02 gives up ${vip}`, async () => !(await lb02.node.holds(vip)), {
    withinMs: WAIT_MS_MAX,
  });
  report.fact('lb02 is backup again');
};

/** A configuration with mistakes is refused, and nothing changes. */
export const badReload: Chapter = async ({ lb01, traffic, vip, hasIpvs }, report) => {
  report.chapter('A reload with mistakes in the file is refused');
  const mistaken = demoConfiguration('lb01')
    .replace('lb_kind DR', 'lb_kind DRR')
    .replace('priority 200', 'priority 300');
  const fromMs = Date.now();
  const outcomeOfReload = await lb01.reload(mistaken);
  report.check(!outcomeOfReload.isAccepted, 'refused; the mistakes, each in its place:');
  report.quote(outcomeOfReload.output);
  const holds = await lb01.node.holds(vip);
  const servers = hasIpvs ? weightsOf(await readIpvs(lb01.node), `${vip}:80`)?.size : undefined;
  report.check(
    holds && (!hasIpvs || servers === WEB_SERVERS.length),
    `master${hasIpvs ? ', address and servers' : ' and address'} as before`,
  );
  const failed = traffic.since(fromMs).filter((record) => !isAnswered(record));
  report.check(failed.length === 0, 'no request failed');
  await lb01.reload(demoConfiguration('lb01'));
};

/** What an operator looks at. */
export const inspection: Chapter = async ({ lb01 }, report) => {
  report.chapter('What an operator sees on lb01');
  const status = await lb01.run('status');
  report.check(status.status === 0, 'tandem status');
  report.quote(status.stdout || status.stderr);
  const metrics = (await lb01.metrics()).split('\n').filter((l) => l !== '' && !l.startsWith('#'));
  report.check(metrics.length > 0, `/metrics: ${metrics.length} series, among them`);
  const shown = metrics.filter((line) => SHOWN_METRICS.test(line)).slice(0, SHOWN_METRICS_MAX);
  report.quote(shown.join('\n'));
};

/** One line or two of each family that an operator would alert on. */
const SHOWN_METRICS =
  /^tandem_(component_up|vrrp_state\{|vrrp_adverts_sent|vip_|real_server_state\{.*state="up"|real_server_(connections_active|packets|bytes)|check_up)/;
const SHOWN_METRICS_MAX = 24;

/** Waits until lb01 holds the address, with all servers in its table where there is one. */
async function waitUntilMaster({ lb01, vip, hasIpvs }: Stage): Promise<void> {
  if (hasIpvs) return waitUntilServing(lb01.node, WEB_SERVERS.length);
  await expectWithin(`lb01 holds ${vip}`, () => lb01.node.holds(vip), { withinMs: WAIT_MS_MAX });
}

async function nextAnswers({ traffic }: Stage): Promise<readonly RequestRecord[]> {
  const sinceMs = Date.now();
  const found = await expectWithin(
    `${ROUND_OF_ANSWERS} answers`,
    () => {
      const records = traffic.since(sinceMs);
      return records.filter(isAnswered).length >= ROUND_OF_ANSWERS ? records : undefined;
    },
    { withinMs: WAIT_MS_MAX },
  );
  return [...found.value];
}

async function waitForServers({ lb01, vip }: Stage, wanted: readonly string[]): Promise<void> {
  await expectWithin(
    `the table of lb01 has ${wanted.join(', ')}`,
    async () => {
      const weights = weightsOf(await readIpvs(lb01.node), `${vip}:80`);
      return [...(weights?.keys() ?? [])].sort().join() === wanted.join();
    },
    { withinMs: WAIT_MS_MAX, everyMs: 100 },
  );
}

function reportSpread(
  report: Report,
  records: readonly RequestRecord[],
  expected: readonly string[],
): void {
  const counts = spreadOf(records);
  const text = [...counts].map(([server, count]) => `${server} ${count}`).join('   ');
  const failed = records.filter((record) => !isAnswered(record)).length;
  const isRight = [...counts.keys()].join() === expected.join() && failed === 0;
  report.check(isRight, `${records.length} requests, ${failed} failed`, text);
}

function outcome(records: readonly RequestRecord[]): string {
  const answered = records.filter(isAnswered).length;
  return `${answered} answers, ${records.length - answered} requests to web02 failed`;
}

function reportMovement(
  report: Report,
  what: { readonly from: LabNode; readonly to: LabNode; readonly movement: Movement },
): void {
  const { from, to, movement } = what;
  const announced = movement.announcedAfterMs;
  report.check(
    announced !== undefined,
    `${to.name} announces the address`,
    announced === undefined ? 'no gratuitous ARP' : `gratuitous ARP after ${duration(announced)}`,
  );
  report.check(
    movement.questions === 0,
    "the client's neighbour table follows",
    `${from.mac('eth0')} -> ${to.mac('eth0')} after ${duration(movement.movedAfterMs)}`,
  );
  const gap = `longest gap ${duration(movement.gapMs)}`;
  report.fact('the client keeps getting answers', `${gap}, ${movement.failures} failed`);
}
