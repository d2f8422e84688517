/** The answer to the control request `config`. */
import { expect, test } from 'vitest';
import { runningReport } from '../../../src/daemon/running-report.ts';
import { daemonState } from './state-fixture.ts';

const HEALTH = { down: ['a b'], alive: [], quorumUp: [] };

test('holds configuration, states and verdicts', () => {
  const state = daemonState();
  const report = runningReport(state, HEALTH);
  expect(report.config).toBe(state.config);
  expect(report.file).toBe(state.configFile);
  expect(report.vrrp?.map(({ name }) => name)).toEqual([...state.vrrp.keys()]);
  expect(report.health).toEqual(HEALTH);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('a process that does not answer is unknown, not empty', () => {
  const state = daemonState();
  const components = state.components.map((one) => ({ ...one, up: false }));
  const report = runningReport({ ...state, components }, HEALTH);
  expect(report.vrrp).toBeNull();
  expect(report.health).toBeNull();
});
