#!/usr/bin/env node
// `npm run sandbox`: the Superset service on this machine, until Ctrl-C.
import {runSandbox} from '../dist/sandbox-command.js'

const {promise: stopped, resolve: stop} = Promise.withResolvers()
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
process.exitCode = await runSandbox(process.argv.slice(2), {out: console.log, error: console.error, stopped})
