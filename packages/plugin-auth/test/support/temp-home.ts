import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Place} from '../../src/files/layout.ts'

/** A home folder that does not exist yet, as on a new machine; its parent is removed afterwards. */
export interface TempHome extends AsyncDisposable {
  readonly homeDir: string
  readonly place: Place
}

/** @param folder where; one in memory spares a test that makes many of them the waiting for disks */
export async function tempHome(profile = 'default', folder = tmpdir()): Promise<TempHome> {
  const parent = await mkdtemp(join(folder, 'superset-home-'))
  const homeDir = join(parent, '.superset')
  return {
    homeDir,
    place: {homeDir, profile},
    [Symbol.asyncDispose]: () => rm(parent, {recursive: true, force: true, maxRetries: 5}),
  }
}
