/** Families about heartbeats, witnesses and the takeovers that they hold. */
import { labelSet, withLabel } from './exposition.ts';
import { PREFIX, type Scrape } from './scrape.ts';
import { instanceLabels } from './vrrp-families.ts';

/** Writes the families of heartbeats and witnesses; none without them, or while the vrrp process is unknown. */
export function writeTakeoverFamilies(scrape: Scrape): void {
  writeHeld(scrape);
  writeHeartbeats(scrape);
  writeWitnesses(scrape);
}

function writeHeld({ out, state }: Scrape): void {
  if (state.takeover === undefined) return;
  out.family(
    `${PREFIX}vrrp_takeover_held`,
    'gauge',
    'Whether the down timer has run out and the takeover is held, by what may hold it.',
  );
  for (const { name, takeoverHeartbeat, takeoverWitness } of state.config.vrrpInstances) {
    const view = state.vrrp.get(name);
    if (view === undefined) continue;
    const held = view.takeoverHeld?.hold.kind;
    const labels = instanceLabels(view);
    const sample = (by: 'heartbeat' | 'witness'): void =>
      out.sample(withLabel(labels, 'by', by), held === by ? 1 : 0);
    if (takeoverHeartbeat?.mode === 'veto') sample('heartbeat');
    if (takeoverWitness !== undefined) sample('witness');
  }
}

function writeHeartbeats({ out, state }: Scrape): void {
  const views = state.takeover?.heartbeats ?? [];
  if (views.length === 0) return;
  const configs = new Map(state.config.takeover?.heartbeats.map((one) => [one.name, one]));
  const rows = views.map((view) => {
    const peer = configs.get(view.name)?.neighbour ?? '';
    return { view, labels: labelSet({ heartbeat: view.name, peer }) };
  });
  out.family(`${PREFIX}heartbeat_up`, 'gauge', 'Whether the heartbeat of the peer is heard.');
  for (const { view, labels } of rows) out.sample(labels, view.state === 'heard' ? 1 : 0);
  out.family(
    `${PREFIX}heartbeat_datagrams_total`,
    'counter',
    'Datagrams sent, and those believed.',
  );
  for (const { view, labels } of rows) {
    out.sample(withLabel(labels, 'direction', 'sent'), view.sent);
    out.sample(withLabel(labels, 'direction', 'received'), view.received);
  }
  out.family(
    `${PREFIX}heartbeat_dropped_total`,
    'counter',
    'Datagrams of the address of the peer that were not believed, by reason.',
  );
  for (const { view, labels } of rows) {
    for (const [reason, count] of Object.entries(view.dropped)) {
      out.sample(withLabel(labels, 'reason', reason), count);
    }
  }
}

function writeWitnesses({ out, state }: Scrape): void {
  const views = state.takeover?.witnesses ?? [];
  if (views.length === 0) return;
  const rows = views.map((view) => ({ view, labels: labelSet({ witness: view.witness }) }));
  out.family(`${PREFIX}witness_answering`, 'gauge', 'Hosts of the witness that answer.');
  for (const { view, labels } of rows) out.sample(labels, view.answering);
  out.family(`${PREFIX}witness_required`, 'gauge', 'Hosts of the witness that have to answer.');
  for (const { view, labels } of rows) out.sample(labels, view.atLeast);
}
