import {picture} from './picture.ts'
import {Session} from './session.ts'

const COLUMNS = 86

/** The picture of the README: a real run in a real terminal against the service on loopback. */
export async function firstUse(): Promise<string> {
  await using session = await Session.open(COLUMNS)
  const shown = [
    await session.type('superset auth login'),
    await session.type('superset tasks create --title "Fix login" --priority high --due-date 2027-01-08'),
    await session.type('superset tasks list'),
    await session.type('superset tasks list --priority high --fields slug,status --output csv'),
    await session.type('superset tasks get fix-logn', 1),
  ]
  return picture(shown, COLUMNS, 'superset signs in, creates a task and lists tasks')
}
