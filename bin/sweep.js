#!/usr/bin/env node
// The compiler leaves what it made of a source that has moved or gone. It would be packed, and a command of it be listed.
import {existsSync, globSync, rmSync} from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
/** Made by bin/bundle.js, which replaces it whole. */
const BUNDLED = /^fast\//

for (const dist of [path.join(root, 'dist'), ...globSync(path.join(root, 'packages/*/dist'))]) {
  for (const file of globSync('**/*.{js,d.ts}', {cwd: dist})) {
    const source = path.join(path.dirname(dist), 'src', file.replace(/(?:\.d\.ts|\.js)$/, '.ts'))
    if (!BUNDLED.test(file) && !existsSync(source)) rmSync(path.join(dist, file))
  }
}
