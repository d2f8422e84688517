/**
 * Reporter for `npm test`: quick tests are counted, slow ones (the lab's) get a line each as they end, failures are shown with message, place
 * and difference, skips are kept with their reason.
 */
import { relative } from 'node:path';
import { indent, paint } from './lab/setup/terminal.mjs';

/** Tests that take longer are worth a line of their own. */
const SLOW_MS = 1500;

/** Given to vitest; `counts`, `skips` and `failures` are complete when the run has ended. */
export class Reporter {
  counts = { passed: 0, failed: 0, skipped: 0 };
  skips = [];
  /** What failed, each with what was shown of it. */
  failures = [];
  #context;
  #skipped = [];

  onInit(context) {
    this.#context = context;
  }

  onTestCaseResult(test) {
    const result = test.result();
    if (result.state === 'pending') return;
    this.counts[result.state] += 1;
    const seconds = (test.diagnostic()?.duration ?? 0) / 1000;
    if (result.state === 'skipped') {
      this.#skipped.push({ test, note: result.note });
    } else if (result.state === 'failed') {
      this.#fail(this.#nameOf(test), result.errors ?? []);
    } else if (seconds * 1000 > SLOW_MS) {
      this.#print(
        `    ${paint('green', '✓')} ${paint('dim', `${seconds.toFixed(1).padStart(5)} s`)}  ${test.fullName}`,
      );
    }
  }

  onTestModuleEnd(module) {
    // Errors outside any test: the file did not load, or a hook of the whole file failed.
    const errors = module.errors();
    if (errors.length === 0) return;
    this.counts.failed += 1;
    this.#fail(relative(this.#context.config.root, module.moduleId), errors);
  }

  onTestSuiteResult(suite) {
    const errors = suite.errors();
    if (errors.length === 0) return;
    this.counts.failed += 1;
    this.#fail(this.#nameOf(suite), errors);
  }

  onTestRunEnd(_modules, unhandledErrors) {
    // Only now: what a hook of a suite said comes behind the results of its tests.
    for (const { test, note } of this.#skipped) {
      const reason = note ?? (isSetUpFailed(test) ? 'its set-up failed' : 'no reason given');
      this.skips.push({ test: this.#nameOf(test), reason });
    }
    for (const error of unhandledErrors) {
      this.counts.failed += 1;
      this.#fail('error outside any test', [error]);
    }
  }

  #nameOf(entity) {
    const file = relative(this.#context.config.root, entity.module.moduleId);
    return `${file} > ${entity.fullName}`;
  }

  #fail(name, errors) {
    const lines = [`    ${paint('red', '✗')} ${name}`];
    for (const error of errors) {
      lines.push(indent(error.message ?? String(error)));
      const place = (error.stacks ?? []).find((frame) => !frame.file.includes('node_modules'));
      if (place !== undefined) {
        const file = relative(this.#context.config.root, place.file);
        lines.push(indent(paint('dim', `at ${file}:${place.line}:${place.column}`)));
      }
      if (error.diff !== undefined) lines.push(indent(error.diff));
    }
    const text = lines.join('\n');
    this.#print(text);
    this.failures.push(text);
  }

  #print(text) {
    process.stdout.write(`${text}\n`);
  }
}

/** Whether a hook before the tests of a suite around the test has failed. */
function isSetUpFailed(test) {
  for (let around = test.parent; around !== undefined; around = around.parent) {
    if (around.errors().length > 0) return true;
  }
  return false;
}
