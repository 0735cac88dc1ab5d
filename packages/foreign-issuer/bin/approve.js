#!/usr/bin/env node
// A scripted browser: set BROWSER to this file, and signing in needs nobody, at the OpenID provider or at the service.
import {runApproveAnywhere} from '../dist/approve-command.js'

process.exitCode = await runApproveAnywhere(process.argv.slice(2), {out: console.log, error: console.error})
