import {read, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {isUuid, type Kind, match, pick} from './names.ts'
import {listMembers, type Member} from './organizations.ts'

/** Whoever runs the command. */
export const ME = '@me'

const PERSON: Kind<Member> = {
  noun: 'member of the organization',
  unknownCode: 'MEMBER_UNKNOWN',
  list: 'superset organization members list',
  isId: isUuid,
  idOf: ({id}) => id,
  namesOf: ({email, name}) => [name, email],
}
/** The longest list that the service gives. */
const MOST_MEMBERS = 100

/**
 * @param wanted id, e-mail address or name of a member of the organization, or `@me`
 * @throws Problem MEMBER_UNKNOWN (1), NAME_AMBIGUOUS (2)
 */
export async function userIdOf(api: Api, wanted: string): Promise<string> {
  if (isUuid(wanted)) return wanted
  if (wanted === ME) return read(row({id: text}), await api.query('user.me'), 'user.me').id
  const search = wanted.trim()
  const found = search === '' ? [] : await listMembers(api, {search, limit: MOST_MEMBERS})
  const person = match(wanted, found, PERSON)
  // Of all, to say who was perhaps meant: what is mistyped is found in nobody's name.
  return (person ?? pick(wanted, await listMembers(api, {limit: MOST_MEMBERS}), PERSON)).id
}
