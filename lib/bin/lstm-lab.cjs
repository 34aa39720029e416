#!/usr/bin/env node
/** The command `lstm-lab`, as npm links it. */
const { main } = require('../dist/cli/main.js');

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
