import type {Hook} from '@oclif/core'
import {toProblem} from '../failure.ts'
import {currentPolicy} from '../policy/current.ts'

/** Before npm is asked anything. oclif swallows what carries no `oclif.exit` and installs all the same; a Problem carries it. */
const hook: Hook<'plugins:preinstall'> = async function ({config, plugin}) {
  try {
    const policy = currentPolicy()
    if (!policy) return
    const {restrictInstall} = await import('../plugin-install.ts')
    restrictInstall(plugin, config, policy)
  } catch (error) {
    throw toProblem(error)
  }
}

export default hook
