/**
 * Links that are polled (keywords `linkbeat_interfaces`, `linkbeat_use_polling`): what the device answers counts in place of
 * the carrier that the kernel reports, for devices that report it late or never.
 */
import type { InterfaceFact } from '../base/host.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { LinkPollMethod, LinksConfig } from '../model/links.ts';

/** What a device answered. */
export interface PolledLinkFact {
  readonly interface: string;
  readonly hasLink: boolean;
}

/** Which interfaces are polled, with the method that was asked for. */
export function polledLinks({
  instances,
  links,
}: {
  readonly instances: readonly VrrpInstanceConfig[];
  readonly links?: LinksConfig;
}): ReadonlyMap<string, LinkPollMethod | undefined> {
  const out = new Map<string, LinkPollMethod | undefined>();
  for (const { interface: name, trackInterfaces, options } of instances) {
    if (name !== '' && (links?.pollsAll === true || options?.pollsLink === true)) {
      out.set(name, undefined);
    }
    if (links?.pollsAll !== true) continue;
    for (const tracked of trackInterfaces) out.set(tracked.name, undefined);
  }
  for (const { interface: name, method } of links?.polled ?? []) out.set(name, method);
  return out;
}

/** The interfaces with what polling found; one that is set down is down whatever its link is. */
export function withPolledLinks(
  interfaces: readonly InterfaceFact[],
  polled: readonly PolledLinkFact[],
): readonly InterfaceFact[] {
  if (polled.length === 0) return interfaces;
  const links = new Map(polled.map((link) => [link.interface, link.hasLink]));
  return interfaces.map((fact) => {
    const hasLink = links.get(fact.name);
    if (hasLink === undefined || fact.disabled === true) return fact;
    return { ...fact, up: hasLink };
  });
}
