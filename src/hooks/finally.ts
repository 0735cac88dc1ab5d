import type {Hook} from '@oclif/core'
import {heldIdentity} from '../identity/current.ts'

/** Lets the identity provider finish what must not be cut short, such as a refresh in flight. */
const hook: Hook<'finally'> = async function ({config}) {
  try {
    await heldIdentity(config)?.settle()
  } catch (error) {
    // The command is done and its outcome stands; a refresh that failed is reported by the next run that needs it.
    this.debug('settling failed', error)
  }
}

export default hook
