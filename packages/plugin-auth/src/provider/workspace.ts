import type {IdentityRequest, Sourced} from '@superset/identity'
import type {Candidate} from '../model.ts'
import {outsideCandidates, storedCandidate, type StoredCandidate} from '../session/sources.ts'
import {storedCandidates} from '../store/catalog.ts'
import type {Place} from '../files/layout.ts'
import {readOrganization, writeOrganization} from '../store/organization.ts'
import type {KeySource} from '../store/sealed/session-key.ts'

/** Where one run keeps and finds its credentials: the request, seen from the storage's side. */
export class Workspace {
  readonly request: IdentityRequest
  readonly place: Place
  readonly keys: KeySource

  constructor(request: IdentityRequest) {
    this.request = request
    this.place = {homeDir: request.homeDir, profile: request.profile}
    const {storageKey} = request.secrets
    this.keys = {
      ...(storageKey === undefined
        ? {kind: 'keychain' as const}
        : {kind: 'variable' as const, value: storageKey, name: 'SUPERSET_STORAGE_KEY'}),
      // Somebody who sits there can unlock a keyring; nobody else is waited for.
      ...(request.interactive && {patience: {tell: request.tell}}),
    }
  }

  /** What is stored in this profile, the winner first. */
  async stored(): Promise<readonly StoredCandidate[]> {
    const found = await storedCandidates(this.place, this.keys, {
      apiUrl: this.request.defaultApiUrl,
      clientId: this.request.clientId.value,
    })
    return found.map(({store, credential}) => storedCandidate(store, credential))
  }

  /** The credential of this run; stores are looked at only when nothing came from outside. */
  async winner(): Promise<Candidate | undefined> {
    return outsideCandidates(this.request)[0] ?? (await this.stored())[0]
  }

  async candidates(): Promise<readonly Candidate[]> {
    return [...outsideCandidates(this.request), ...(await this.stored())]
  }

  /** Flag and variable come with the request; else what the last `organization switch` or sign-in chose. */
  async organization(): Promise<Sourced<string> | undefined> {
    if (this.request.organization) return this.request.organization
    const value = await readOrganization(this.place)
    return value === undefined ? undefined : {value, source: 'config'}
  }

  /** @param id `undefined` forgets it */
  selectOrganization(id: string | undefined): Promise<void> {
    return writeOrganization(this.place, id)
  }
}
