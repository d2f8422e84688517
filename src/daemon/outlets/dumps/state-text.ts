/** The data dumps that SIGUSR1 asks for: one file for each process that keepalived has. */
import type { BfdView } from '../../../core/bfd/sessions.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import { block, section } from './dump-lines.ts';
import type { DumpedInstance } from './dumped-instances.ts';
import { globalSection } from './global-text.ts';
import { instanceText } from './instance-text.ts';
import { lvsSections } from './lvs-text.ts';
import { trackedSections } from './tracked-text.ts';

/** Of the vrrp process: `keepalived.data`. */
export function vrrpData(state: DaemonState, instances: readonly DumpedInstance[]): string {
  const { notify } = state.config.global;
  return fileText([
    ...globalSection(state),
    ...section(
      'VRRP Topology',
      instances.flatMap((one) => instanceText(one, notify)),
    ),
    ...trackedSections(state, instances),
  ]);
}

/** Of the main process: `keepalived_parent.data`. */
export function parentData(state: DaemonState): string {
  return fileText(globalSection(state));
}

/** Of the health process: `keepalived_check.data`. */
export function checkData(state: DaemonState): string {
  return fileText([...globalSection(state), ...lvsSections(state)]);
}

/** Of keepalived's BFD process: `keepalived_bfd.data`. Tandem's BFD runs in the vrrp process. */
export function bfdData(state: DaemonState): string {
  return fileText([...globalSection(state), ...section('BFD Topology', sessions(state))]);
}

type SessionView = BfdView['sessions'][number];

function sessions({ config, bfd }: DaemonState): readonly string[] {
  return config.tracked.bfd.flatMap((one) => {
    const view: SessionView | undefined = bfd?.sessions.find(({ name }) => name === one.name);
    const yesNo = (value: boolean): string => (value ? 'Yes' : 'No');
    return block(`BFD Instance = ${one.name}`, [
      ['Neighbor IP', one.neighbour],
      ['Source IP', one.source],
      ['Required min RX interval', `${one.minReceive} us`],
      ['Desired min TX interval', `${one.minTransmit} us`],
      ['Desired idle TX interval', `${one.idleTransmit} us`],
      ['Detection multiplier', one.multiplier],
      ['TTL', one.ttl],
      ['max_hops', one.maxHops],
      ['passive', one.passive],
      ['send event to VRRP process', yesNo(one.forVrrp)],
      ['send event to checker process', yesNo(one.forCheckers)],
      ['local state', view?.state],
      ['remote state', view?.neighbour.state],
      ['local discriminator', view && hex(view.discriminator)],
      ['remote discriminator', view && hex(view.neighbour.discriminator)],
      ['local diag', view?.diagnostic],
      ['remote diag', view?.neighbour.diagnostic],
    ]);
  });
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function fileText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
