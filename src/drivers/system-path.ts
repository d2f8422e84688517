/** Where programs of the system are found: an init system, or the shell of a person, may start us without the directories of administrators. */

const DIRECTORIES = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin';

/** Our own PATH with these directories behind it. */
export function systemPath(): string {
  const { PATH = '' } = process.env;
  return `${PATH}:${DIRECTORIES}`;
}
