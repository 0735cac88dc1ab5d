import {boolean, type InferOutput, nullish, number} from 'valibot'
import {maybeText, read, row, text} from './answer.ts'
import {hostNameOf, organizationOf} from './hosts.ts'
import {thisHostId} from './targets/machine.ts'
import type {Surroundings} from './targets/open.ts'
import {lookAtThisMachine} from './targets/this-machine.ts'

export const HostStatus = row({
  running: boolean(),
  /** A manifest is there of one that does not run any more. */
  stale: nullish(boolean()),
  reason: maybeText,
  healthy: nullish(boolean()),
  pid: nullish(number()),
  port: nullish(number()),
  endpoint: maybeText,
  organizationId: text,
  hostId: text,
  hostName: maybeText,
  cloudRegistered: nullish(boolean()),
  registrationError: maybeText,
  uptimeSec: nullish(number()),
})
export type HostStatus = InferOutput<typeof HostStatus>

const Health = row({status: maybeText, cloudRegistered: nullish(boolean()), registrationError: maybeText})

/** Of the host service that runs here for the organization. */
export async function statusOfThisMachine(surroundings: Surroundings, now = Date.now()): Promise<HostStatus> {
  const organizationId = await organizationOf(surroundings.api)
  const hostId = await thisHostId()
  const state = await lookAtThisMachine({...surroundings, organizationId, hostId})
  const {manifest} = state
  const seen = manifest && {pid: manifest.pid, port: portOf(manifest.endpoint), endpoint: manifest.endpoint}
  if (!state.running) {
    const stale = seen && {stale: true, ...seen, reason: state.reason ?? null}
    return {running: false, ...stale, organizationId, hostId}
  }

  const {cloudRegistered, registrationError, status} = read(Health, state.health ?? {}, 'health.check')
  const {startedAt} = state.manifest
  return {
    running: true,
    healthy: status === 'ok',
    ...seen,
    organizationId,
    hostId,
    hostName: await hostNameOf(surroundings.api, hostId),
    ...(cloudRegistered != null && {cloudRegistered}),
    ...(registrationError && {registrationError}),
    ...(startedAt !== undefined && {uptimeSec: Math.max(0, Math.round((now - startedAt) / 1000))}),
  }
}

function portOf(endpoint: string): number {
  const {port, protocol} = new URL(endpoint)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
