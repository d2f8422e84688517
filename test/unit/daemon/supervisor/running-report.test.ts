/** The answer to the control request `config`. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runningReport } from '../../../../src/daemon/supervisor/running-report.ts';
import { daemonState } from '../../../support/state-fixture.ts';

const HEALTH = { down: ['a b'], alive: [], quorumUp: [] };
const CONTEXT = {
  options: { configId: 'lb1', strictIncludes: true },
  roles: { vrrp: true, health: true },
  mistakes: { known: ['x'], further: 0 },
  health: HEALTH,
};

test('holds configuration, states and verdicts', () => {
  const state = daemonState();
  const report = runningReport(state, CONTEXT);
  expect(report.config).toBe(state.config);
  expect(report.file).toBe(state.configFile);
  expect(report.vrrp?.map(({ name }) => name)).toEqual([...state.vrrp.keys()]);
  expect(report.health).toEqual(HEALTH);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('O1: tells which file a reload reads, and with which options', () => {
  const report = runningReport(daemonState({ configFile: 'lb/a.conf' }), CONTEXT);
  expect(report.file).toBe(resolve('lb/a.conf'));
  expect(report.options).toEqual({ configId: 'lb1', strictIncludes: true });
});

test('a process that does not answer is unknown, not empty', () => {
  const state = daemonState();
  const components = state.components.map((one) => ({ ...one, up: false }));
  const report = runningReport({ ...state, components }, CONTEXT);
  expect(report.vrrp).toBeNull();
  expect(report.health).toBeNull();
});
