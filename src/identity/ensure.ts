import type {Identity, Need} from '@superset/identity'
import {requireSession} from '@superset/identity'

/**
 * Refuses a command that needs a session and has none. Never prompts (fault rule G4); 'optional' asks for nothing, so
 * that no fault of identity fails a command that never uses it.
 * @throws Problem AUTH_REQUIRED (4), or whatever keeps the session from being used
 */
export async function ensureSession(need: Need, identity: Identity): Promise<void> {
  if (need === 'required') await requireSession(identity)
}
