import type {LoginResult, Scheme, Storage} from '@superset/identity'
import type {Binding} from '../model.ts'
import type {Organization} from './service.ts'

/** What is told of a credential that is stored now. */
export interface StoredLogin {
  readonly binding: Binding
  readonly scheme: Scheme
  readonly storage: Storage
  /** Ms since the epoch, by the server's clock. */
  readonly expiresAt?: number | undefined
  readonly organization?: Organization | undefined
}

export function loginResult({binding, expiresAt, organization, scheme, storage}: StoredLogin): LoginResult {
  const {account, apiUrl, issuer, profile, subject} = binding
  return {
    ...{profile, issuer, apiUrl, scheme, storage},
    ...(subject !== undefined && {subject}),
    ...(account !== undefined && {account}),
    ...(organization && {organization: {id: organization.id, ...(organization.name && {name: organization.name})}}),
    ...(expiresAt !== undefined && {expiresAt: new Date(expiresAt)}),
  }
}
