import {type Check, type Identity, isProblem} from '@superset/identity'
import {object} from 'valibot'
import {maybeText, read, text} from '../service/answer.ts'
import {connect} from '../service/client.ts'
import {actingOrganization} from '../service/organizations.ts'
import {failedCheck} from '../service/reachability.ts'

const Person = object({id: text, email: maybeText})
const TIMEOUT_MS = 10_000

/** Whether the API takes the session, as it would for any command: asked who it is, and for which organization. */
export async function examineFit(identity: Identity, version: string): Promise<Check> {
  const name = 'access'
  try {
    const session = await identity.session()
    if (!session) return {name, outcome: 'skip', message: 'Nobody is signed in.'}
    const connection = {session, version, timeoutMs: TIMEOUT_MS}
    const plain = await connect(connection)
    const person = read(Person, await plain.query('user.me'), 'user.me')
    const organizationId = await actingOrganization(session, async () => plain)
    const {host} = new URL(session.apiUrl)
    const on = organizationId === undefined ? '' : `, in organization ${organizationId}`
    return {name, outcome: 'pass', message: `${host} takes the session of ${person.email ?? person.id}${on}.`}
  } catch (error) {
    if (!isProblem(error)) throw error
    return failedCheck(error, name)
  }
}
