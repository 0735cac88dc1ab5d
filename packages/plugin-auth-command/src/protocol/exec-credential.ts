import {isObject} from '@superset/identity'
import type {Answer} from './credential.ts'
import {type Fields, instantOf, isAbsent, isToken} from './fields.ts'

const GROUP = 'client.authentication.k8s.io'
const VERSIONS = ['v1', 'v1beta1']
/** What a version of a Kubernetes API can look like, so that nothing else is repeated. */
const VERSION = /^v\d{1,3}(?:(?:alpha|beta)\d{1,3})?$/

export interface ExecSpec {
  /** True when the command has a terminal to ask a person on. */
  readonly interactive: boolean
  /** The API that the credential is for. */
  readonly server: string
}

/** The value of KUBERNETES_EXEC_INFO: an ExecCredential with its `spec`. */
export function execInfo(apiVersion: string, {interactive, server}: ExecSpec): string {
  return JSON.stringify({apiVersion, kind: 'ExecCredential', spec: {cluster: {server}, interactive}})
}

export function isExecCredential({apiVersion, kind}: Fields): boolean {
  return kind === 'ExecCredential' || (typeof apiVersion === 'string' && apiVersion.startsWith(`${GROUP}/`))
}

/** An ExecCredential with its `status` (client.authentication.k8s.io v1 and v1beta1, which say the same). */
export function readExecCredential({apiVersion, kind, status}: Fields): Answer {
  if (kind !== 'ExecCredential') return fault(`printed something of ${GROUP} that is no ExecCredential`)
  const version = typeof apiVersion === 'string' ? apiVersion.slice(GROUP.length + 1) : ''
  if (apiVersion !== `${GROUP}/${version}` || !VERSION.test(version))
    return fault(`printed an ExecCredential without an apiVersion of ${GROUP}`)
  if (!VERSIONS.includes(version))
    return {kind: 'version', speaks: `${GROUP}/${version}`, knows: VERSIONS.join(' and ')}
  if (!isObject(status)) return fault('printed an ExecCredential without a `status`')
  if (!isAbsent(status['clientCertificateData']) || !isAbsent(status['clientKeyData']))
    return fault('gave a client certificate, and the API takes tokens only')
  const {expirationTimestamp, token} = status
  if (!isToken(token)) return fault('printed no `status.token`, or one with characters that no credential has')
  const expiresAt = instantOf(expirationTimestamp)
  if (!isAbsent(expirationTimestamp) && !expiresAt)
    return fault('printed a `status.expirationTimestamp` that is no RFC 3339 instant')
  return {kind: 'credential', credential: {token, scheme: 'bearer', ...(expiresAt && {expiresAt})}}
}

function fault(text: string): Answer {
  return {kind: 'fault', fault: text}
}
