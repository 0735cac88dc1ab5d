import {signInTargets} from './sign-in-targets.ts'
import {programTargets} from './program-targets.ts'
import {storageTargets} from './storage-targets.ts'
import type {Target} from './campaign.ts'
import {tempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'

export interface Opened extends AsyncDisposable {
  readonly targets: readonly Target[]
}

/** All of them, with a home of their own for those that read files. */
export async function openTargets(): Promise<Opened> {
  const home = await tempHome()
  return {
    targets: [...(await storageTargets(home)), ...signInTargets(home), ...(await programTargets(home))],
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}
