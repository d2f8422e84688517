/** What instances and sync groups tell: lines and arguments as measured on keepalived 2.4.3. */
import { expect, test } from 'vitest';
import { bench, configOf, DATE, groupTransition, transition } from './support.ts';

function instanceText(name: string, vrid: number, more = ''): string {
  return `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  priority 100
  virtual_ipaddress { 192.0.2.${vrid}/24 }
  ${more}
}
`;
}

const FIFO = 'global_defs {\n router_id R1\n vrrp_notify_fifo /run/v.fifo\n}\n';

const LOG = `${FIFO}${instanceText('A', 51)}${instanceText('B', 52)}${instanceText(
  'C',
  53,
  'notify_priority_changes',
)}${instanceText('D', 54)}${instanceText('E', 55, 'notify_deleted /d')}vrrp_sync_group G { group { A B } }\n`;

test('the lines of a whole run are those of keepalived, but that a group comes behind its members', () => {
  const one = bench(configOf(LOG), { obliging: true });
  one.take();
  const names = ['A', 'B', 'C', 'D', 'E'];
  for (const name of names) one.fact(transition(name, 'BACKUP'));
  one.fact(groupTransition('G', 'BACKUP'));
  expect(one.words()).toEqual([
    ...names.map((name) => `vrrp: INSTANCE "${name}" BACKUP 100`),
    'vrrp: GROUP "G" BACKUP 0',
  ]);

  one.fact(transition('B', 'MASTER'));
  one.fact(transition('A', 'MASTER'));
  one.fact(groupTransition('G', 'MASTER'));
  one.fact(transition('C', 'MASTER'));
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "B" MASTER 100',
    'vrrp: INSTANCE "A" MASTER 100',
    'vrrp: GROUP "G" MASTER 0',
    'vrrp: INSTANCE "C" MASTER 100',
  ]);

  const priority = (to: number) =>
    one.fact({ id: 'vrrp.priority-changed', instance: 'C', from: 100, to, trackers: [] });
  priority(150);
  priority(100);
  one.fact(transition('C', 'FAULT', 'tracking'));
  one.fact(transition('C', 'BACKUP', 'tracking-recovered'));
  one.fact(transition('C', 'MASTER', 'master-timeout'));
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "C" MASTER_PRIORITY 150',
    'vrrp: INSTANCE "C" MASTER_PRIORITY 100',
    'vrrp: INSTANCE "C" FAULT 100',
    'vrrp: INSTANCE "C" BACKUP 100',
    'vrrp: INSTANCE "C" MASTER 100',
  ]);

  one.fact(transition('B', 'FAULT', 'interface-down'));
  one.fact(transition('A', 'FAULT', 'sync-group'));
  one.fact(groupTransition('G', 'FAULT'));
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "B" FAULT 100',
    'vrrp: INSTANCE "A" FAULT 100',
    'vrrp: GROUP "G" FAULT 0',
  ]);

  one.fact({
    id: 'vrrp.lowerPriorityHeard',
    instance: 'C',
    source: '192.0.2.2' as never,
    priority: 90,
  });
  expect(one.words()).toEqual(['vrrp: INSTANCE "C" MASTER_RX_LOWER_PRI 100']);
});

test('a reload tells which instances have left: FAULT, or DELETED with notify_deleted', () => {
  const one = bench(configOf(LOG), { obliging: true });
  for (const name of ['C', 'D', 'E']) one.fact(transition(name, 'BACKUP'));
  one.take();
  const rest = LOG.replace(instanceText('D', 54), '').replace(
    instanceText('E', 55, 'notify_deleted /d'),
    '',
  );
  one.feed({ type: 'configure', config: configOf(rest) });
  one.take();
  one.fact(transition('D', 'INIT', 'configuration'));
  one.fact(transition('E', 'INIT', 'configuration'));
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "D" FAULT 100',
    'run /d',
    'vrrp: INSTANCE "E" DELETED 100',
  ]);
});

test('an instance that a reload starts anew tells nothing until its state is another one', () => {
  const one = bench(configOf(LOG), { obliging: true });
  one.fact(transition('C', 'BACKUP'));
  one.take();
  one.fact(transition('C', 'INIT', 'configuration'));
  one.fact(transition('C', 'BACKUP'));
  expect(one.words()).toEqual([]);
});

test('a stop tells STOP of every instance and then of every group, once', () => {
  const one = bench(configOf(LOG), { obliging: true });
  for (const name of ['A', 'B', 'C']) one.fact(transition(name, 'BACKUP'));
  one.fact(groupTransition('G', 'BACKUP'));
  one.take();
  one.fact({ id: 'daemon.stopping', reason: 'SIGTERM' });
  for (const name of ['A', 'B']) one.fact(transition(name, 'INIT', 'shutdown'));
  one.fact(groupTransition('G', 'INIT'));
  // The process died before it could say that C has stopped.
  one.feed({ type: 'stop', date: DATE });
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "A" STOP 100',
    'vrrp: INSTANCE "B" STOP 100',
    'vrrp: GROUP "G" STOP 0',
    'vrrp: INSTANCE "C" STOP 100',
    'fifos',
  ]);
  expect(one.machine.view().isDone).toBe(true);
});

const SCRIPTS = `${instanceText(
  'A',
  51,
  'notify_master "/m x y"\n notify_backup /b\n notify_fault /f\n notify_stop /s\n notify "/n -v" root',
)}vrrp_sync_group G { group { A }\n notify_master /gm\n notify /gn\n}\n`;

test('scripts get no arguments but the generic one: type, name, state and priority', () => {
  const one = bench(configOf(SCRIPTS), { obliging: true });
  one.fact(transition('A', 'MASTER'));
  one.fact(groupTransition('G', 'MASTER'));
  one.fact(transition('A', 'FAULT', 'interface-down'));
  one.fact(transition('A', 'INIT', 'shutdown'));
  expect(one.words()).toEqual([
    'run /m x y',
    'run /n -v INSTANCE A MASTER 100',
    'run /gm',
    'run /gn GROUP G MASTER 0',
    'run /f',
    'run /n -v INSTANCE A FAULT 100',
    'run /s',
    'run /n -v INSTANCE A STOP 100',
  ]);
});

test('a state that was told is not told again when the vrrp process was started again', () => {
  const one = bench(configOf(SCRIPTS), { obliging: true });
  one.fact(transition('A', 'MASTER'));
  one.take();
  one.fact({ id: 'component.started', component: 'vrrp', pid: 1, restarts: 1 });
  one.fact(transition('A', 'MASTER', 'adopted'));
  expect(one.words()).toEqual([]);
});

test('a renamed instance is the same one under another name', () => {
  const one = bench(configOf(SCRIPTS), { obliging: true });
  one.fact(transition('A', 'MASTER'));
  one.take();
  one.fact({ id: 'vrrp.renamed', renamed: [{ from: 'A', to: 'Z' }] });
  one.feed({ type: 'configure', config: configOf(SCRIPTS.replaceAll('A', 'Z')) });
  one.fact(transition('Z', 'BACKUP', 'higher-priority'));
  expect(one.words()).toEqual(['run /b', 'run /n -v INSTANCE Z BACKUP 100']);
});

test('fifo_write_vrrp_states_on_reload repeats every state, MASTER too, members before groups', () => {
  const text = LOG.replace('router_id R1', 'router_id R1\n fifo_write_vrrp_states_on_reload');
  const one = bench(configOf(text), { obliging: true });
  one.fact(transition('A', 'MASTER'));
  one.fact(transition('C', 'FAULT'));
  one.fact(groupTransition('G', 'BACKUP'));
  one.take();
  one.fact({ id: 'reload.applied', origin: 'cli', changed: false, seconds: 0, warnings: 0 });
  expect(one.words()).toEqual([
    'vrrp: INSTANCE "A" MASTER 100',
    'vrrp: INSTANCE "C" FAULT 100',
    'vrrp: GROUP "G" BACKUP 0',
  ]);
});

test.each([
  ['', 0],
  ['vrrp_notify_priority_changes', 1],
])('changes of priority are told where it is asked for: %s', (global, count) => {
  const text = `global_defs {\n vrrp_notify_fifo /run/v.fifo\n ${global}\n}\n${instanceText('A', 51)}`;
  const one = bench(configOf(text), { obliging: true });
  one.fact(transition('A', 'BACKUP'));
  one.take();
  one.fact({ id: 'vrrp.priority-changed', instance: 'A', from: 100, to: 90, trackers: [] });
  expect(one.words()).toHaveLength(count);
});
