/** What every process of Tandem does before it loads anything else. */
import { useCompileCache } from './compile-cache.ts';
import { closeInspector, ignoreOtherSignals, isWithoutInspector } from './process-guard.ts';

/**
 * Shuts the inspector and ignores signals that would end the process. A child takes compiled code from the cache; the main process and commands do
 * not, which have rights that the children lack: these run as root, too, and could write there.
 */
export function prepareProcess(isChild: boolean): void {
  if (!isWithoutInspector()) closeInspector();
  ignoreOtherSignals();
  if (isChild) useCompileCache();
}
