/**
 * Changes of the checks of a real server. As the health core does, a check is known by the question it asks;
 * one that asks another question than before starts anew, with the verdict of its server until its first result.
 */
import { exactSpanText } from '../base/span-text.ts';
import { matchChecks } from '../health/check-matching.ts';
import { checkSettings } from '../language/settings/checks.ts';
import type { CheckConfig } from '../model/config.ts';
import type { Change } from './config-plan.ts';
import { diffFields } from './fields.ts';

/** Checks that are added, changed or removed. */
export function diffChecks(
  before: readonly CheckConfig[],
  after: readonly CheckConfig[],
): Change[] {
  const old = before.map((config) => ({ config }));
  const matches = matchChecks(old, after);
  const left = new Set(old.filter((one) => !matches.includes(one)));
  const changes = after.flatMap((config, index): readonly Change[] => {
    const match = matches[index];
    if (match !== undefined) return changed(match.config, config, 'in-place');
    const twin = [...left].find((one) => one.config.type === config.type);
    if (twin === undefined)
      return [whole('add', config, 'it takes the present verdict over until its first result')];
    left.delete(twin);
    return changed(twin.config, config, 'restarts');
  });
  const gone = Array.from(left, ({ config }) =>
    whole('remove', config, 'a server that only this check kept down is in service at once'),
  );
  return [...gone, ...changes];
}

function changed(
  before: CheckConfig,
  after: CheckConfig,
  effect: 'in-place' | 'restarts',
): readonly Change[] {
  const fields = diffFields(before, after, checkSettings(after.type));
  if (fields.length === 0) return [];
  const consequences =
    effect === 'restarts'
      ? ['it asks another question; the present verdict stays until its first result']
      : [];
  return [{ ...skeleton('change', after), effect, fields, consequences }];
}

function whole(change: 'add' | 'remove', config: CheckConfig, consequence: string): Change {
  const { delayLoop, retry } = config;
  return {
    ...skeleton(change, config),
    effect: change === 'add' ? 'starts' : 'ends',
    about: `delay_loop ${exactSpanText(delayLoop)}, retry ${retry}`,
    consequences: [consequence],
  };
}

function skeleton(change: Change['change'], { label }: CheckConfig): Omit<Change, 'effect'> {
  return { change, type: 'check', name: label, fields: [], consequences: [], parts: [] };
}
