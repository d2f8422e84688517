/** The configuration of a start, read where it wants to run: what is known of interfaces and addresses is that of its network namespace. */
import { err, ok, type Result } from '../../core/base/result.ts';
import type { PlaceConfig } from '../../core/model/global-options.ts';
import { NetworkNamespace } from '../../drivers/network-namespace.ts';
import type { StartOptions } from '../frame/run-options.ts';
import { enterNamespace, openIpvsNamespace } from './enter-place.ts';
import { findingsText, loadConfig } from './load-config.ts';
import type { RunnableConfig } from './running.ts';

/** Exit status when the configuration is refused at start, as keepalived's. */
const EXIT_CONFIG = 2;
const EXIT_FATAL = 1;

/** A start that can go on. */
export interface PlacedStart {
  readonly loaded: RunnableConfig;
  /** What the configuration says, or the command line in its place. */
  readonly place: PlaceConfig;
  /** Absent: IPVS is where all else is. */
  readonly ipvsNamespace: NetworkNamespace | undefined;
  /** We are in another namespace than when we were called. */
  readonly hasMoved: boolean;
}

/** What ends a start: a text for standard error, and the exit status. */
export interface StartRefusal {
  readonly text: string;
  readonly status: number;
}

/** Reads it, goes into its namespace, and reads it again there. */
export function loadInPlace(options: StartOptions): Result<PlacedStart, StartRefusal> {
  const first = loadConfig(options.configFile, options);
  if (first.config === undefined) {
    return err({ text: findingsText(first.findings), status: EXIT_CONFIG });
  }
  const { config } = first;
  const wanted = config.place?.namespace;
  const given = options.namespace;
  const place = { ...config.place, ...(given === undefined ? {} : { namespace: given }) };
  const hasMoved = wanted !== undefined && given === undefined;
  const origin = place.ipvsNamespace === '' && hasMoved ? NetworkNamespace.own() : undefined;
  const ipvs = openIpvsNamespace(place.ipvsNamespace, origin);
  if (!ipvs.ok) return err(refusal(ipvs.error));
  if (!hasMoved) {
    return ok({ loaded: { ...first, config }, place, ipvsNamespace: ipvs.value, hasMoved });
  }
  const entered = enterNamespace(wanted);
  if (!entered.ok) return err(refusal(entered.error));
  const again = loadConfig(options.configFile, { ...options, namespace: wanted });
  if (again.config === undefined) {
    return err({ text: findingsText(again.findings), status: EXIT_CONFIG });
  }
  const loaded = { ...again, config: again.config };
  return ok({ loaded, place, ipvsNamespace: ipvs.value, hasMoved });
}

function refusal(line: string): StartRefusal {
  return { text: `tandem: ${line}\n`, status: EXIT_FATAL };
}
