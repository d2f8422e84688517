/**
 * `tandem convert`: a configuration in its other form. Definitions, includes, conditions and aliases are
 * carried out, so that the result holds what they stand for; comments stay. Nothing is written unless
 * the result, read again, gives an equal model.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Diagnostic } from '../core/language/diagnostic.ts';
import { formatCounts, formatDiagnostic, placeText } from '../core/language/format-diagnostic.ts';
import { type ParseResult, parseConfig } from '../core/language/parse-config.ts';
import { statementText } from '../core/language/print-words.ts';
import { maskedLine } from '../core/language/secret-words.ts';
import { atToken, type Statement, type Token, wordAt } from '../core/language/tree.ts';
import { type Conversion, convert, type Form } from '../core/language/yaml/convert.ts';
import { isYamlName } from '../core/language/yaml/document.ts';
import { withConfigFiles } from '../drivers/config-files.ts';
import { YAML_READER } from '../drivers/yaml-source.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print } from './output.ts';
import { replaceFile } from './write-file.ts';

/** What to convert, and where to. */
export interface ConvertCommand {
  /** A name; `-` is standard input. */
  readonly file: string;
  /** Undefined: as the name of the output says, else the other form. */
  readonly to: Form | undefined;
  /** Undefined: standard output. */
  readonly output: string | undefined;
  /** Configuration id of `@` lines; the host name when undefined. */
  readonly configId: string | undefined;
}

/** Carries the command out; resolves with the exit status. */
export async function convertFile(command: ConvertCommand): Promise<number> {
  const { file, output } = command;
  const given = output === undefined ? undefined : formOfName(output);
  if (command.to !== undefined && given !== undefined && given !== command.to) {
    await complain(`tandem convert: ${output ?? ''} is not a name for ${NAMES[command.to]}`);
    return EXIT_FAILED;
  }
  const to = command.to ?? given ?? otherForm(formOfName(file) ?? 'conf');
  const from = formOfName(file) ?? otherForm(to);
  const name = file === '-' ? `standard-input.${from}` : file;
  const text = file === '-' ? readFileSync(STANDARD_INPUT, 'utf8') : undefined;
  const read = (readName: string, readText: string | undefined): ParseResult =>
    readConfig(readName, readText, command.configId);
  const original = read(name, text);
  if (textsOf(original.files, text).some((one) => /[\0\ufffd]/.test(one))) {
    await complain(`${file}: not converted: it is not text in UTF-8`);
    return EXIT_FAILED;
  }
  if (original.config === undefined) {
    const findings = original.diagnostics.map((item) => `${formatDiagnostic(item)}\n\n`).join('');
    await complain(`${findings}${file}: not converted, ${formatCounts(original.verdict)}`);
    return original.verdict.exitStatus === 0 ? EXIT_FAILED : original.verdict.exitStatus;
  }
  const result = convert(original, to, (converted) => read(`${name}.${to}`, converted));
  if (!result.ok) {
    await complain(refusal(file, to, result));
    return EXIT_FAILED;
  }
  const notes = notesOn(file, original, result.leftOut, text);
  if (notes.length > 0) await complain(notes.join('\n'));
  return output === undefined ? printed(result.text) : writeTo(output, file, result.text);
}

const STANDARD_INPUT = 0;
const NAMES: Readonly<Record<Form, string>> = { conf: 'keepalived.conf', yaml: 'YAML' };

function formOfName(file: string): Form | undefined {
  if (file === '-') return undefined;
  return isYamlName(file) ? 'yaml' : 'conf';
}

function otherForm(form: Form): Form {
  return form === 'conf' ? 'yaml' : 'conf';
}

/** Reads without a look at this host: files are converted anywhere. */
function readConfig(
  file: string,
  text: string | undefined,
  configId: string | undefined,
): ParseResult {
  const [shortName = ''] = hostname().split('.', 1);
  return withConfigFiles(
    ({ loader }) =>
      parseConfig({
        file,
        ...(text === undefined ? {} : { text }),
        loader,
        yaml: YAML_READER,
        configId: configId ?? shortName,
        environment: (name) => process.env[name],
        random: Math.random,
      }),
    { given: [file] },
  );
}

function refusal(file: string, to: Form, result: Conversion & { readonly ok: false }): string {
  const words = result.unwritable.map(({ token, reason, isSecret }) =>
    formatDiagnostic({
      ...NOT_CONVERTED,
      ...placeOf(token, isSecret),
      message: `${reason} in ${NAMES[to]}`,
    }),
  );
  const why = words.length > 0 ? '' : `; ${NAMES[to]} cannot say the same`;
  return [...words, `${file}: not converted${why}`].join('\n');
}

const NOT_CONVERTED = {
  code: 'invalid-value',
  severity: 'error',
  message: '',
  related: [],
  exit: 0,
  cause: 'file',
  refuses: false,
} as const;

function placeOf(token: Token, isSecret: boolean): Pick<Diagnostic, 'span' | 'sourceLine'> {
  const { span, sourceLine } = atToken(token);
  return {
    ...(span === undefined ? {} : { span }),
    ...(sourceLine === undefined || isSecret ? {} : { sourceLine: maskedLine(sourceLine) }),
  };
}

/** What the result does not show: what was carried out, left out, or wrong before. */
function notesOn(
  file: string,
  original: ParseResult,
  leftOut: readonly Statement[],
  text: string | undefined,
): string[] {
  const carriedOut = directivesOf(original.files, text);
  const notes = leftOut.map((statement) => {
    const { span } = atToken(wordAt(statement, 0));
    return `${placeText(span)}left out, it has no effect: ${maskedLine(statementText(statement))}`;
  });
  if (carriedOut !== '') {
    notes.push(`${file}: ${carriedOut} are carried out; the result holds what they stand for`);
  }
  const { errors, warnings } = original.verdict;
  if (errors + warnings > 0) {
    notes.push(`${file}: ${formatCounts(original.verdict)}; see tandem check`);
  }
  return notes;
}

/** The texts of files; `text` is that of the only one when it has no name. */
function textsOf(files: readonly string[], text: string | undefined): readonly string[] {
  if (text !== undefined) return files.length === 0 ? [] : [text];
  return withConfigFiles(
    ({ loader }) =>
      files.map((name) => {
        const read = loader.read(name);
        return read.ok ? read.text : '';
      }),
    { given: files },
  );
}

/** Which directives the files hold, in words. */
function directivesOf(files: readonly string[], text: string | undefined): string {
  const texts = textsOf(
    files.filter((name) => !isYamlName(name)),
    text,
  );
  const has = (pattern: RegExp): boolean => texts.some((one) => pattern.test(one));
  const found = [
    has(/^\s*(@\S+\s+)?\$[A-Za-z_]\w*=/m) ? ['definitions'] : [],
    has(/^\s*(@\S+\s+)?include[rmwba]?\s/m) ? ['includes'] : [],
    has(/^\s*@(?!tandem\s)/m) ? ['conditions'] : [],
    has(/^\s*(@\S+\s+)?~(SEQx?|LST)\(/m) ? ['sequences'] : [],
  ].flat();
  return found.join(', ').replace(/, (\w+)$/, ' and $1');
}

async function printed(text: string): Promise<number> {
  await print(text);
  return EXIT_OK;
}

/** Writes a file; a new one may be read by whom the original may be, since both hold passwords. */
async function writeTo(output: string, file: string, text: string): Promise<number> {
  const problem = existsSync(output) ? replaceFile(output, text) : createFile(output, file, text);
  if (problem === undefined) return EXIT_OK;
  await complain(`tandem convert: ${problem}`);
  return EXIT_FAILED;
}

function createFile(output: string, file: string, text: string): string | undefined {
  try {
    const mode = file === '-' ? PRIVATE : statSync(file).mode & 0o666;
    writeFileSync(output, text, { flag: 'wx', mode });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const PRIVATE = 0o600;
