// Updates the installation that it is given, as `superset update` does, in a process that can be killed.
import {createRequire} from 'node:module'
import process from 'node:process'
import {update} from '../../src/update/update.ts'
import {updateSettings} from '../../src/update/settings.ts'
import {CHANNEL} from './installed-root.ts'
import {PLATFORM} from './release-host.ts'

createRequire(import.meta.url)('tar')
const [root = '', build = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
const {to} = await update(CHANNEL, {
  installation: {root, folder: '1.0.0', version: '1.0.0'},
  platform: PLATFORM,
  policy: undefined,
  settings: () => updateSettings(JSON.parse(build), undefined),
  tell: () => {},
  userAgent: 'superset/test',
  environment: {},
  progress: () => {},
  signal: new AbortController().signal,
})
process.stdout.write(`${to}\n`)
