import type {Place} from '../files/layout.ts'
import {readIndexIfSound} from './profile-index/read.ts'

/** Names the last completed sign-in of a profile: a new name for each. `undefined`: none, or none that can be read. */
export async function lastSignIn(place: Place): Promise<string | undefined> {
  return (await readIndexIfSound(place))?.signInId
}
