import type {LoginOptions, LoginResult, Storage} from '@superset/identity'
import type {Binding, Credential, SessionStore} from '../model.ts'
import {send} from '../network/http-request.ts'
import {login} from '../signin/login.ts'
import type {PortHolder, StoragePorts} from '../signin/ports.ts'
import {terminalPorts} from '../signin/terminal.ts'
import {checkStorage} from '../policy.ts'
import {chooseStorage} from '../store/choose.ts'
import {commit} from '../store/commit.ts'
import {probe} from '../store/probe.ts'
import {retireStore} from './sign-out.ts'
import {joinOpenSignIn} from './join-sign-in.ts'
import type {Workspace} from './workspace.ts'

/** Signs in with the real network, terminal and storage. @throws Problem as `login()` */
export async function signIn(workspace: Workspace, options: LoginOptions): Promise<LoginResult> {
  // A key needs no person, and so no turn.
  if (options.apiKey !== undefined || workspace.request.workload) return signInHere(workspace, options)
  using turn = await joinOpenSignIn(workspace, options)
  return turn.joined ?? (await signInHere(workspace, options))
}

function signInHere(workspace: Workspace, options: LoginOptions): Promise<LoginResult> {
  return login(workspace.request, options, {
    ...terminalPorts(workspace.request, options),
    ...storagePorts(workspace),
    send: (request) => send(request),
    now: Date.now,
  })
}

function storagePorts(workspace: Workspace): StoragePorts {
  let replaced: readonly SessionStore[] = []
  const {place, keys, request} = workspace
  const isAllowed = (storage: Storage): boolean => request.policy?.storages?.includes(storage) ?? true
  return {
    async probe(wanted: Storage | undefined) {
      const existing = (await workspace.stored())[0]?.store.storage
      const explicit = wanted === undefined ? request.storage : {value: wanted, source: 'flag' as const}
      const storage = chooseStorage({
        ...(explicit && {explicit}),
        // What the policy has come to forbid is no reason to go on with it.
        ...(existing !== undefined && isAllowed(existing) && {existing}),
        hasStorageKey: keys.kind === 'variable',
      }).value
      checkStorage(storage, request.policy)
      await probe(storage, place, keys)
      return storage
    },
    holder: async () => holderOf((await workspace.stored())[0]?.store),
    async commit(storage: Storage, binding: Binding, credential: Credential) {
      const before = await workspace.stored()
      const kept = await commit(place, storage, binding, credential, keys)
      replaced = before.map(({store}) => store).filter(({sessionId}) => sessionId !== kept.sessionId)
    },
    async retireReplaced() {
      for (const store of replaced) await retireStore(workspace, store)
    },
    rememberOrganization: (id) => workspace.selectOrganization(id),
  }
}

function holderOf(store: SessionStore | undefined): PortHolder | undefined {
  if (!store) return undefined
  const {account, issuer, subject, subjectFrom} = store.binding
  return {
    issuer,
    ...(subject !== undefined && {subject, ...(subjectFrom && {subjectFrom})}),
    ...(account !== undefined && {account}),
  }
}
