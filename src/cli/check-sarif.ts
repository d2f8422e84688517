/**
 * Findings in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code hosts and
 * editors show beside the lines. Every code is a rule with its help text.
 */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../core/language/codes.ts';
import type { Diagnostic, Span } from '../core/language/diagnostic.ts';
import type { ExitStatus, Severity } from '../core/language/severity.ts';
import { codeDoc } from '../core/manual/code-doc.ts';
import { VERSION } from '../daemon/frame/version.ts';
import type { CheckedFile } from './checked-file.ts';

/** The log as text. */
export function checkSarif(checked: readonly CheckedFile[], exitStatus: ExitStatus): string {
  const codes = [
    ...new Set(checked.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))),
  ];
  const artifacts = [...new Set(checked.flatMap(({ file, files }) => [file, ...files]))];
  const log = {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Tandem',
            version: VERSION,
            semanticVersion: VERSION,
            rules: codes.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, exitCode: exitStatus }],
        artifacts: artifacts.map((file) => ({ location: { uri: uriOf(file) } })),
        results: checked.flatMap(({ file, diagnostics }) =>
          diagnostics.map((item) => resultOf(item, file, { codes, artifacts })),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** What results refer to by index. */
interface Indexes {
  readonly codes: readonly DiagnosticCode[];
  readonly artifacts: readonly string[];
}

const LEVEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  notice: 'note',
};

function ruleOf(code: DiagnosticCode): object {
  const { severity, summary } = DIAGNOSTIC_CODES[code];
  const { consequence, paragraphs } = codeDoc(code);
  return {
    id: code,
    shortDescription: { text: `${summary}.` },
    fullDescription: { text: `${summary}. ${consequence}` },
    help: { text: paragraphs.join('\n\n') },
    defaultConfiguration: { level: LEVEL[severity] },
  };
}

function resultOf(item: Diagnostic, file: string, indexes: Indexes): object {
  const { code, severity, message, span, sourceLine, expected, suggestion, related } = item;
  const parts = [
    message,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(suggestion === undefined ? [] : [suggestion]),
  ];
  const physicalLocation =
    span === undefined
      ? { artifactLocation: artifact(file, indexes) }
      : physical(span, indexes, sourceLine);
  return {
    ruleId: code,
    ruleIndex: indexes.codes.indexOf(code),
    level: LEVEL[severity],
    message: { text: `${parts.join('; ')}.` },
    locations: [{ physicalLocation }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((place, index) => ({
            id: index + 1,
            physicalLocation: physical(place.span, indexes, undefined),
            message: { text: place.note },
          })),
        }),
  };
}

function physical(span: Span, indexes: Indexes, sourceLine: string | undefined): object {
  const { file, line, column, length } = span;
  return {
    artifactLocation: artifact(file, indexes),
    region: {
      startLine: line,
      startColumn: column,
      endColumn: column + length,
      ...(sourceLine === undefined ? {} : { snippet: { text: sourceLine } }),
    },
  };
}

function artifact(file: string, { artifacts }: Indexes): object {
  const index = artifacts.indexOf(file);
  return { uri: uriOf(file), ...(index < 0 ? {} : { index }) };
}

/** Relative names stay relative, so that a code host finds them in the repository. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
}
