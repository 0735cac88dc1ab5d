import {isProblem} from '@superset/identity'
import {rememberSerial} from './freshness.ts'
import {tryLock} from './lock.ts'
import {storageProblem} from './problems.ts'
import {sweep} from './sweep.ts'

/** Nothing to install is no reason to fail where nothing can be written, nor to wait for another update. */
async function whereItCan(root: string, work: () => Promise<void>): Promise<void> {
  try {
    using held = await tryLock(root)
    if (held) await work()
  } catch (error) {
    // A Problem is that of the lock: it is the installation of another user.
    if (!isProblem(error) && storageProblem(error, root) === error) throw error
  }
}

export function tidyUp(root: string): Promise<void> {
  return whereItCan(root, () => sweep(root))
}

/** A serial that was seen and led to no change. */
export function noteSerial(root: string, channel: string, serial: number): Promise<void> {
  return whereItCan(root, () => rememberSerial(root, channel, serial))
}
