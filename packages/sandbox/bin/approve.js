#!/usr/bin/env node
// A scripted browser: set BROWSER to this file, and the sandbox's sign-in needs nobody.
import {runApprove} from '../dist/approve-command.js'

process.exitCode = await runApprove(process.argv.slice(2), {out: console.log, error: console.error})
