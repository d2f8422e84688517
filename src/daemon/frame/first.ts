/** What every process of Tandem does before it loads anything else. */
import { useCompileCache } from './compile-cache.ts';
import { closeInspector, ignoreOtherSignals, isWithoutInspector } from './process-guard.ts';

/** Shuts the inspector, ignores signals that would end the process, and takes compiled code from the cache. */
export function prepareProcess(): void {
  if (!isWithoutInspector()) closeInspector();
  ignoreOtherSignals();
  useCompileCache();
}
