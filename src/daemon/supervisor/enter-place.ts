/** Takes this process into the network namespace that an option or the configuration names, before anything of the network is opened. */
import { err, ok, type Result } from '../../core/base/result.ts';
import { isFileName } from '../../core/model/file-name.ts';
import { NetworkNamespace } from '../../drivers/network-namespace.ts';

/** Enters one by its name; the error is a line for the operator. */
export function enterNamespace(name: string): Result<true, string> {
  if (!isFileName(name)) return err(`${JSON.stringify(name)} is no name of a network namespace`);
  try {
    const namespace = NetworkNamespace.named(name);
    namespace.enter();
    namespace.close();
    return ok(true);
  } catch (error) {
    return err(`the network namespace ${name} cannot be entered: ${namespaceProblem(error)}`);
  }
}

/**
 * The namespace of IPVS, held open: that of the name, or the one that we were started in. Undefined where IPVS is in the namespace of
 * all else; the error is a line for the operator.
 *
 * @param name of `net_namespace_ipvs`; empty: the one we were started in
 * @param first the one we were started in
 */
export function openIpvsNamespace(
  name: string | undefined,
  first: NetworkNamespace | undefined,
): Result<NetworkNamespace | undefined, string> {
  if (name === undefined) return ok(undefined);
  if (name === '') return ok(first);
  try {
    return ok(NetworkNamespace.named(name));
  } catch (error) {
    return err(`the network namespace ${name} of IPVS cannot be used: ${namespaceProblem(error)}`);
  }
}

/** What stands against it, and what to do. */
export function namespaceProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is none of this name; ip netns add makes it';
  if (code === 'EPERM' || code === 'EACCES') {
    return 'that needs CAP_SYS_ADMIN, which the unit of Tandem does not have: let the service manager do it (NetworkNamespacePath=)';
  }
  return message;
}
