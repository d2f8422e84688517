/**
 * Findings as JSON. Version 1: one flat list over all configurations; new members may come, those that are
 * there keep their meaning.
 */
import type { ExitStatus } from '../core/language/severity.ts';
import type { CheckedFile } from './checked-file.ts';

/** The version of the document's shape. */
export const CHECK_JSON_VERSION = 1;

/** The document as text. */
export function checkJson(checked: readonly CheckedFile[], exitStatus: ExitStatus): string {
  const document = {
    formatVersion: CHECK_JSON_VERSION,
    exitStatus,
    configurations: checked.map(({ file, files, verdict }) => ({ file, files, verdict })),
    diagnostics: checked.flatMap(({ file, diagnostics }) =>
      diagnostics.map((item) => ({ configuration: file, ...item })),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
