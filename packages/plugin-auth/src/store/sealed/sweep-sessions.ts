import {rm, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {sweepTemporaries} from '../files/durable-write.ts'
import {sessionsFolder} from '../files/layout.ts'
import {listSafely} from '../files/safe-read.ts'
import {latestRecord} from './record-files.ts'

/** No refresh takes this long: nobody can come back to a session signed out before. */
const BURIED_MS = 30 * 24 * 60 * 60 * 1000

/**
 * Removes the folders of sessions signed out long ago, and what killed savers left in any. A tombstone must outlive
 * every refresh that was in flight when it was written, so it is not removed at once.
 */
export async function sweepSessions(homeDir: string): Promise<void> {
  const root = sessionsFolder(homeDir)
  for (const sessionId of await listSafely(root)) {
    const folder = join(root, sessionId)
    const latest = await latestRecord({homeDir, sessionId})
    if (latest?.parsed.kind === 'signed-out' && Date.now() - (await stat(latest.path)).mtimeMs > BURIED_MS) {
      await rm(folder, {recursive: true, force: true})
    } else {
      await sweepTemporaries(folder, await listSafely(folder))
    }
  }
}
