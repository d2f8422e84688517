#!/usr/bin/env node
/**
 * The entry of the bundle. It loads the files of the program, which are few, with the compiled code that was kept when the bundle was made
 * (`kept-code.cjs`): compiling is most of what a start costs. The code lies beside the program and is as trusted as the program is. V8 takes it
 * only when it was made by the same V8, with the same options, of a text of the same length; otherwise everything is compiled as ever.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { Script } = require('node:vm');

const [, , word = ''] = process.argv;
/** What a process does decides which functions it needs at its start. The thread that reads a reload has it from the process it is in. */
const role = /^--role=(\w+)$/.exec(word)?.[1];
const isRun = role === 'load' || word === 'run' || (word.startsWith('-') && role === undefined);
const use = isRun ? 'run' : (role ?? 'command');
const kept = `${__dirname}/code/${use}`;
const modules = new Map();

/** The functions of one file, which is ASCII, not called yet; `isRefused` when its compiled code does not fit. */
function compile(name) {
  const file = `${__dirname}/${name}`;
  const code = `${kept}/${name}`;
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'latin1')}\n})`,
    { filename: file, cachedData: existsSync(code) ? readFileSync(code) : undefined },
  );
  return { file, script, isRefused: script.cachedDataRejected === true };
}

function load(name, { file, script } = compile(name)) {
  const module = { exports: {} };
  modules.set(name, module);
  script.runInThisContext()(module.exports, requireIn, module, file, __dirname);
  return module.exports;
}

/** `require` of the files: their own siblings are loaded here. */
function requireIn(id) {
  if (!id.startsWith('./')) return require(id);
  const name = id.slice(2);
  return modules.get(name)?.exports ?? load(name);
}

const first = existsSync(kept) ? compile('program.js') : undefined;
const isFast = first !== undefined && !first.isRefused;
module.exports = { use, isFast };
if (isFast) load('program.js', first);
else require('./program.js');
