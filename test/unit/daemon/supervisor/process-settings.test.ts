/** Names, file modes and stop times of the processes. */
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../../src/core/model/config.ts';
import {
  childSettings,
  processName,
  programSettings,
  stopMsMax,
} from '../../../../src/daemon/supervisor/process-settings.ts';
import type { ComponentName } from '../../../../src/daemon/supervisor/state.ts';
import { parse } from '../../../support/parse-text.ts';

const BFD = 'bfd_instance bf {\n neighbor_ip 192.0.2.77\n}\n';

function configOf(globals: string, more = ''): Config {
  const { config } = parse(`${more}\nglobal_defs {\n${globals}\n}\n`);
  if (config === undefined) throw new Error('no configuration');
  return config;
}

function names(config: Config): (string | undefined)[] {
  const all: readonly ComponentName[] = ['main', 'vrrp', 'health', 'runner'];
  return all.map((process) => processName(process, config));
}

describe('names', () => {
  test('are the own ones without a word', () => {
    expect(names(configOf(''))).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('are those of keepalived with process_names', () => {
    expect(names(configOf('process_names'))).toEqual([
      'keepalived',
      'keepalived_vrrp',
      'keepalived_lvs',
      'keepalived_run',
    ]);
  });

  test('are the given ones; that of the BFD process is for the vrrp process when it has none', () => {
    const words = 'process_name a\nchecker_process_name c\nbfd_process_name d';
    expect(names(configOf(words, BFD))).toEqual(['a', 'd', 'c', undefined]);
    expect(names(configOf(`${words}\nvrrp_process_name b`, BFD))[1]).toBe('b');
    expect(names(configOf(words))[1]).toBeUndefined();
  });
});

describe('child_wait_time', () => {
  test('is the limit of a stop, which a child itself gives up a little earlier', () => {
    const config = configOf('', 'child_wait_time 12');
    expect(stopMsMax('vrrp', config)).toBe(12_000);
    expect(childSettings('vrrp', config, undefined).stopMs).toBe(11_500);
  });

  test('leaves time for a farewell, and is ours without the keyword', () => {
    expect(stopMsMax('vrrp', configOf('', 'child_wait_time 0'))).toBe(1_000);
    expect(stopMsMax('vrrp', configOf(''))).toBe(3_000);
    expect(childSettings('vrrp', configOf(''), undefined).stopMs).toBeUndefined();
  });
});

describe('umask', () => {
  test('is that of the command line before that of the configuration, for programs too', () => {
    const config = configOf('umask 027\nset_supplementary_groups');
    expect(childSettings('health', config, undefined).umask).toBe(0o27);
    expect(childSettings('health', config, 0o77).umask).toBe(0o77);
    expect(programSettings(config, undefined)).toEqual({ umask: 0o27, hasGroups: true });
    expect(programSettings(configOf(''), undefined)).toEqual({ hasGroups: false });
  });
});
