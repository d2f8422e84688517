/**
 * Loaded before the entry of the bundle (`node --require`), it keeps the compiled code of what a process has used, for those that come after it:
 * in a directory below `TANDEM_KEPT_CODE`, when it sends a first configuration or ends. What it starts keeps its code as well.
 */
'use strict';
const { writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');
const processes = require('node:child_process');

const target = process.env.TANDEM_KEPT_CODE;
const scripts = new Map();

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(options.filename, this);
  }
};

/** Children run Node without the program that takes their rights, so that they load this file, too. */
const { fork } = processes;
processes.fork = (file, args, options) => {
  const own = options.execArgv.slice(options.execArgv.indexOf(process.execPath) + 1);
  const child = fork(file, args, {
    ...options,
    execPath: process.execPath,
    execArgv: ['--require', __filename, ...own],
    env: { ...options.env, TANDEM_KEPT_CODE: target },
  });
  const { send } = child;
  child.send = (message, ...rest) => {
    if (message.type === 'configure') keep();
    return send.call(child, message, ...rest);
  };
  return child;
};

process.on('exit', keep);

/** Keeps what has been compiled of the files that are not kept yet. What is used later would only make a start read more. */
function keep() {
  const directory = join(target, process.mainModule.exports.use);
  for (const [file, script] of scripts) {
    writeFileSync(join(directory, basename(file)), script.createCachedData());
    scripts.delete(file);
  }
}
