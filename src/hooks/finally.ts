import type {Hook} from '@oclif/core'
import {heldIdentity} from '../identity/current.ts'
import {lookForUpdate} from '../update-look.ts'

/** Lets the identity provider finish what must not be cut short, such as a refresh in flight; last, what can wait. */
const hook: Hook<'finally'> = async function ({argv, config, error, id}) {
  try {
    await heldIdentity(config)?.settle()
  } catch (error) {
    // The command is done and its outcome stands; a refresh that failed is reported by the next run that needs it.
    this.debug('settling failed', error)
  }

  try {
    if (!error) await lookForUpdate({id, argv, app: config.root, version: config.version, bin: config.bin})
  } catch (error) {
    this.debug('looking for an update failed', error)
  }
}

export default hook
