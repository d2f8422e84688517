/** Builds the whole runtime configuration from the typed tree. */
import type { Config } from '../../model/config.ts';
import { PLACE_READER } from '../settings/global-options.ts';
import type { BuildContext } from './context.ts';
import { validateDefinitions } from './definitions.ts';
import { buildGlobal, mergedGlobals } from './global.ts';
import { validateLvsGlobals } from './global-lvs-validation.ts';
import { validateGlobals } from './global-validation.ts';
import { checkHost } from './host.ts';
import { readLinks } from './links.ts';
import { optional } from './optional.ts';
import { validatePlaceNames } from './place-names.ts';
import { checkScriptUsers } from './script-users.ts';
import { buildServerGroups } from './server-groups.ts';
import { readStatics } from './statics.ts';
import { buildTakeover, validateTakeover } from './takeover.ts';
import { buildTracked, withDefinedTrackers } from './tracked.ts';
import { buildVirtualServers } from './virtual-server.ts';
import { buildVrrp } from './vrrp.ts';

/** Builds the model; findings go to the context's diagnostics. */
export function buildConfig(context: BuildContext): Config {
  const globals = mergedGlobals(context.root);
  validateGlobals(globals, context);
  validateLvsGlobals(globals, context);
  validatePlaceNames(context);
  validateDefinitions(context);
  const heartbeatKeys = validateTakeover(context);
  checkScriptUsers(globals, context);
  checkHost(globals, context);
  const vrrp = buildVrrp(globals, context);
  const names = new Set(vrrp.vrrpInstances.map((one) => one.name));
  const statics = readStatics(globals, names, context);
  const virtualServers = buildVirtualServers(buildServerGroups(context), context);
  const place = PLACE_READER.read(context.root);
  const tracked = buildTracked(globals, context);
  return {
    global: buildGlobal(globals, context),
    ...withDefinedTrackers(vrrp, tracked, context),
    virtualServers,
    tracked,
    ...optional('takeover', buildTakeover(heartbeatKeys, context)),
    ...optional('statics', statics),
    ...optional('links', readLinks(vrrp.vrrpInstances, context)),
    ...(Object.keys(place).length === 0 ? {} : { place }),
    notSupportedYet: [...context.typing.notInEffect.keys()].sort(),
  };
}
