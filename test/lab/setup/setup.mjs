/**
 * Brings a fresh clone to the point where everything runs: system packages, npm packages, the native module, the compiled program. Says in
 * one line per step what it does; does nothing (and takes under two seconds) when all is there.
 */
import { dependenciesAreCurrent, installDependencies } from './dependencies.mjs';
import { canInstall, installPackages, missingPackages, whyNotInstalled } from './packages.mjs';
import { run, skipped, step } from './terminal.mjs';

/** Oldest Node the program runs on. */
const NODE_MAJOR_MIN = 20;

/**
 * Does all steps. Throws when something without which nothing runs has failed (it has been printed by then).
 *
 * @param root repository root
 */
export async function prepare(root) {
  checkNode();
  await systemPackages();
  await step('npm packages', async () => {
    if (dependenciesAreCurrent(root)) return 'up to date';
    const count = await installDependencies(root);
    return count === undefined ? 'installed' : `${count} installed`;
  });
  await step('native module', async () => {
    await run([process.execPath, 'src/dgram-extensions/build.mjs'], { cwd: root });
  });
}

/** Compiles the program to `dist/` and bundles it. Separate from `prepare` because the tests report a failure of it as theirs. */
export async function compile(root) {
  await step('compile', () => typescript(root, ['-b']));
  await step('bundle', () => run([process.execPath, 'deploy/bundle.mjs'], { cwd: root }));
}

/** Runs the TypeScript compiler of the repository. Rejects with its messages. */
export async function typescript(root, args) {
  const colours = process.stdout.isTTY ? ['--pretty'] : [];
  await run([process.execPath, 'node_modules/typescript/bin/tsc', ...args, ...colours], {
    cwd: root,
  });
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NODE_MAJOR_MIN) return;
  throw new Error(`Node ${NODE_MAJOR_MIN} or later is needed; this is ${process.versions.node}.`);
}

async function systemPackages() {
  const missing = missingPackages();
  let failures = new Map();
  if (missing.length === 0) {
    await step('system packages', () => 'all there');
  } else if (canInstall()) {
    await step('system packages', async () => {
      failures = await installPackages(missing);
      return missing.flatMap(({ name }) => (failures.has(name) ? [] : [name])).join(' ');
    });
  }
  for (const { name, use } of missingPackages()) {
    skipped(name, `not installed; used for ${use}`);
  }
  for (const reason of new Set(failures.values())) skipped('', reason);
  if (missing.length > 0 && !canInstall()) skipped('', whyNotInstalled(missing));
}
