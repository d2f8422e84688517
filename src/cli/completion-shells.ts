/** The shells that there is a completion script for. */

/** A shell. */
export type Shell = 'bash' | 'zsh' | 'fish';

/** All of them. */
export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** True for the name of one. */
export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name);
}

/** Where the generated scripts are kept, by shell. */
export const COMPLETION_FILES: Readonly<Record<Shell, string>> = {
  bash: 'tandem.bash',
  zsh: '_tandem',
  fish: 'tandem.fish',
};
