import {rename, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {unfinishedName} from './installation.ts'
import {NOTICE_FILE} from './notice.ts'

/** For the next command of a person. */
export async function leaveNotice(root: string, running: string, version: string): Promise<void> {
  const made = path.join(root, unfinishedName(NOTICE_FILE))
  await writeFile(made, JSON.stringify({seenBy: running, version}))
  await rename(made, path.join(root, NOTICE_FILE))
}
