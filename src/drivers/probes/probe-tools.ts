/** What the judges of answers need of this process: MD5, regular expressions, random numbers, text, and the memory they share. */
import { createHash, randomInt } from 'node:crypto';
import type { Result } from '../../core/base/result.ts';
import { ByteBudget } from '../../core/checkers/byte-budget.ts';
import type { Digest, ProbeTools, RegexConfig, SearchPattern } from '../../core/checkers/types.ts';
import { compileRegex } from '../regex.ts';

/** The tools of all probes of this process. */
export const PROBE_TOOLS: ProbeTools = {
  md5: () => {
    try {
      return digest(createHash('md5'));
    } catch {
      // The policy of the host (FIPS) forbids it.
      return undefined;
    }
  },
  pattern: (regex) => {
    const known = patterns.get(regex);
    if (known !== undefined) return known;
    const compiled = compileRegex(regex.pattern, regex.flags);
    patterns.set(regex, compiled);
    return compiled;
  },
  random16: () => randomInt(0x1_0000),
  text: (bytes) => new TextDecoder().decode(bytes),
  memory: new ByteBudget(),
};

const patterns = new WeakMap<RegexConfig, Result<SearchPattern, string>>();

function digest(hash: ReturnType<typeof createHash>): Digest {
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest('hex'),
  };
}
