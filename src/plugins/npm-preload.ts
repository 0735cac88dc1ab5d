/** Runs in the process of npm, before npm itself (`node --import`). */
import {createRequire} from 'node:module'
import path from 'node:path'
import {steerNpm} from './npm-network.ts'
import {npmRoot} from './npm-settings.ts'

steerNpm(createRequire(path.join(npmRoot(), 'package.json')))
