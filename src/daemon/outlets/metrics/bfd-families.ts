/** Families about BFD sessions. */
import { toSeconds } from '../../../core/base/time.ts';
import { labelSet, withLabel } from './exposition.ts';
import { PREFIX, type Scrape } from './scrape.ts';

/** Writes the families; none without sessions, or while the vrrp process is unknown. */
export function writeBfdFamilies({ out, state }: Scrape): void {
  if (state.bfd === undefined || state.bfd.sessions.length === 0) return;
  const configs = new Map(state.config.tracked.bfd.map((config) => [config.name, config]));
  const rows = state.bfd.sessions.map((view) => {
    const peer = configs.get(view.name)?.neighbour ?? '';
    return { view, labels: labelSet({ bfd: view.name, peer }) };
  });
  out.family(`${PREFIX}bfd_up`, 'gauge', 'Whether the BFD session is up.');
  for (const { view, labels } of rows) out.sample(labels, view.state === 'Up' ? 1 : 0);
  out.family(
    `${PREFIX}bfd_transitions_total`,
    'counter',
    'Times the session came up or went down.',
  );
  for (const { view, labels } of rows) {
    out.sample(withLabel(labels, 'to', 'up'), view.ups);
    out.sample(withLabel(labels, 'to', 'down'), view.downs);
  }
  out.family(
    `${PREFIX}bfd_detection_time_seconds`,
    'gauge',
    'Silence of the neighbour that ends the session; 0 before its first packet.',
  );
  for (const { view, labels } of rows) out.sample(labels, toSeconds(view.detectionTime));
  out.family(`${PREFIX}bfd_packets_total`, 'counter', 'BFD control packets.');
  for (const { view, labels } of rows) {
    out.sample(withLabel(labels, 'direction', 'sent'), view.sent);
    out.sample(withLabel(labels, 'direction', 'received'), view.received);
  }
  out.family(`${PREFIX}bfd_dropped_total`, 'counter', 'BFD packets that were dropped, by reason.');
  for (const [reason, count] of Object.entries(state.bfd.dropped)) {
    out.sample(labelSet({ reason }), count);
  }
}
