/** A directory that never answers, like a network file system whose server is gone. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('dead-mount.py', import.meta.url));

/** Why there can be none here, or undefined. */
export function deadMountObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root to mount';
  if (!existsSync('/dev/fuse')) return 'needs /dev/fuse';
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'needs python3';
}

/** Mounts one over a directory. The result unmounts it; so does the end of this process. */
export async function deadMount(directory: string): Promise<() => Promise<void>> {
  const server = spawn('python3', [PROGRAM, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  return async () => {
    if (server.exitCode !== null) return;
    server.stdin.end();
    await once(server, 'exit');
  };
}
