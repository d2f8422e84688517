/** The environment of programs that the configuration names: ours, as with keepalived, without what is said to us alone. */

/**
 * What a service manager and Node.js tell this process: a program that inherits it could speak for us (sd_notify(3), sd_listen_fds(3)), or be a
 * Node.js program with our options. IFS and the variables of the dynamic linker are taken out as keepalived does.
 */
const FOR_US =
  /^(?:NOTIFY_SOCKET|WATCHDOG_.*|LISTEN_.*|FDSTORE|MAINPID|MANAGERPID|SYSTEMD_.*|JOURNAL_STREAM|CREDENTIALS_DIRECTORY|NODE_.*|IFS|LD_.*)$/;

/** The variables for a program, with more of its own. */
export function programEnvironment(
  ours: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(ours).filter(([name]) => !FOR_US.test(name));
  return { ...Object.fromEntries(kept), ...more };
}
