/** Families about Tandem itself: build, identity, processes, configuration, host preconditions. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { COMPONENT_NAMES } from '../../../core/facts/entry.ts';
import type { Config } from '../../../core/model/config.ts';
import { labelSet } from './exposition.ts';
import { isUp, PREFIX, type Scrape } from './scrape.ts';

/** What the state does not tell. */
export interface Identity {
  /** Revision of the source; empty when the build does not know it. */
  readonly revision: string;
  /** keepalived's configuration id. */
  readonly configId: string;
}

/** Writes the families. */
export function writeDaemonFamilies(scrape: Scrape, identity: Identity): void {
  writeIdentity(scrape, identity);
  writeComponents(scrape);
  writeConfiguration(scrape);
}

function writeIdentity({ out, state }: Scrape, identity: Identity): void {
  out.family(`${PREFIX}build_info`, 'gauge', 'Constant 1 with build metadata.');
  out.sample(
    labelSet({
      version: state.version,
      revision: identity.revision,
      runtime: `node ${process.versions.node}`,
      os: process.platform,
      arch: process.arch,
    }),
    1,
  );
  out.family(`${PREFIX}node_info`, 'gauge', 'Constant 1 with the identity of this director.');
  out.sample(
    labelSet({
      router_id: state.config.global.routerId ?? hostname(),
      config_id: identity.configId,
      netns: '',
    }),
    1,
  );
  out.single(
    `${PREFIX}start_timestamp_seconds`,
    'gauge',
    'Start of the main process.',
    state.startedWallMs / 1_000,
  );
}

function writeComponents({ out, state, unixSeconds }: Scrape): void {
  const components = state.components.map((component) => ({
    ...component,
    labels: labelSet({ component: COMPONENT_NAMES[component.name] }),
  }));
  out.family(`${PREFIX}component_up`, 'gauge', 'Whether the heartbeat of the component is fresh.');
  for (const component of components) out.sample(component.labels, component.up ? 1 : 0);
  out.family(`${PREFIX}component_restarts_total`, 'counter', 'Unplanned restarts of a component.');
  for (const component of components) out.sample(component.labels, component.restarts);
  const spared = components.filter(({ isSpareReady }) => isSpareReady !== undefined);
  if (spared.length > 0) {
    out.family(
      `${PREFIX}component_spare_ready`,
      'gauge',
      'Whether a second process waits, loaded, to take the place of the component.',
    );
    for (const { labels, isSpareReady } of spared) out.sample(labels, isSpareReady ? 1 : 0);
  }
  out.family(
    `${PREFIX}component_heartbeat_timestamp_seconds`,
    'gauge',
    'Last heartbeat of the component.',
  );
  for (const { labels, heartbeatAt } of components) {
    if (heartbeatAt > 0) out.sample(labels, unixSeconds(heartbeatAt));
  }
  if (isUp(state, 'health') && state.ipvs.readAt > 0) {
    out.family(
      `${PREFIX}scrape_snapshot_timestamp_seconds`,
      'gauge',
      'Time of the data behind a collector.',
    );
    out.sample(labelSet({ source: 'ipvs' }), unixSeconds(state.ipvs.readAt));
  }
}

function writeConfiguration({ out, state }: Scrape): void {
  const { reload } = state;
  out.single(
    `${PREFIX}config_last_reload_successful`,
    'gauge',
    'Whether the last reload was applied.',
    reload.lastOk ? 1 : 0,
  );
  out.single(
    `${PREFIX}config_last_reload_timestamp_seconds`,
    'gauge',
    'Time of the last attempt to load the configuration.',
    reload.lastAt,
  );
  out.single(
    `${PREFIX}config_last_success_timestamp_seconds`,
    'gauge',
    'Time of the last applied configuration.',
    reload.lastSuccessAt,
  );
  out.family(`${PREFIX}config_reloads_total`, 'counter', 'Reloads by result.');
  out.sample(labelSet({ result: 'applied' }), reload.attempts - reload.failures);
  out.sample(labelSet({ result: 'rejected' }), reload.failures);
  out.family(
    `${PREFIX}config_diagnostics`,
    'gauge',
    'Diagnostics of the last attempt to load the configuration.',
  );
  out.sample(labelSet({ severity: 'error' }), reload.errors);
  out.sample(labelSet({ severity: 'warning' }), reload.warnings);
  out.family(
    `${PREFIX}config_info`,
    'gauge',
    'Constant 1 with a short digest of the configuration in force.',
  );
  out.sample(labelSet({ revision: configRevision(state.config) }), 1);
}

const REVISIONS: WeakMap<Config, string> = new WeakMap();

/** Twelve hexadecimal digits of SHA-256 over the configuration without its secrets. */
export function configRevision(config: Config): string {
  const known = REVISIONS.get(config);
  if (known !== undefined) return known;
  const text = JSON.stringify(config, (key, value: unknown) =>
    key === 'secret' ? undefined : value,
  );
  const revision = createHash('sha256').update(text).digest('hex').slice(0, 12);
  REVISIONS.set(config, revision);
  return revision;
}
