#!/usr/bin/env node
// `npm run docs:site`: README and docs as a site in tools/site/dist, static, with search. A link that leads nowhere fails it.
import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import path from 'node:path'
import {stagePages} from './stage.js'

const here = import.meta.dirname
const root = path.resolve(here, '../..')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

if (!existsSync(path.join(here, 'node_modules/vitepress'))) run(npm, ['ci', '--ignore-scripts'])
stagePages(root, path.join(here, 'pages'))
run(process.execPath, [path.join(here, 'node_modules/vitepress/bin/vitepress.js'), 'build', '.'])
process.stdout.write(`${path.join(here, 'dist')}/index.html\n`)

function run(command, args) {
  // Vite and npm ask for news by themselves.
  const env = {...process.env, VITE_CJS_IGNORE_WARNING: 'true', npm_config_update_notifier: 'false'}
  const {status} = spawnSync(command, args, {cwd: here, stdio: 'inherit', env})
  if (status !== 0) process.exit(status ?? 1)
}
