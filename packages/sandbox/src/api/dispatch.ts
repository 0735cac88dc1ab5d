import {TRPCError} from '@trpc/server'
import {type DatabaseSync} from 'node:sqlite'
import {launchAgents} from '../host/agents.ts'
import {type Host} from '../host/host.ts'
import {type HostState} from '../host/state.ts'
import {type Automation, insertRun} from './automation-table.ts'

/**
 * Runs an automation now: in its workspace, or in one made for this run, on its host or on any that is online.
 * @throws TRPCError when no host can be reached; the attempt is in the log of runs all the same
 */
export function dispatch(
  {database, hosts}: {readonly database: DatabaseSync; readonly hosts: readonly Host[]},
  automation: Automation,
) {
  const {agent, organizationId, prompt, targetHostId} = automation
  if (!prompt.trim()) throw new TRPCError({code: 'PRECONDITION_FAILED', message: 'Automation has no instructions'})
  const fail = (status: string, error: string, code: 'INTERNAL_SERVER_ERROR' | 'PRECONDITION_FAILED') => {
    insertRun(database, automation, {status, error, hostId: targetHostId})
    throw new TRPCError({code, message: error})
  }

  const mine = hosts.filter((host) => host.organizationId === organizationId)
  const wanted = mine.findLast(({id, online}) => (targetHostId ? id === targetHostId : online))
  if (!wanted && targetHostId && isMarkedOnline(database, targetHostId, organizationId)) {
    const error = 'dispatch: Unable to connect. Is the computer able to access the url?'
    return fail('dispatch_failed', error, 'INTERNAL_SERVER_ERROR')
  }

  if (!wanted?.online) {
    const error = targetHostId ? 'target host offline' : 'no host available'
    return fail('skipped_offline', error, 'PRECONDITION_FAILED')
  }

  const workspace = workspaceFor(wanted.state, automation)
  const [launched] = launchAgents(wanted.state, workspace, [{agent, prompt}])
  if (!launched?.ok) return fail('dispatch_failed', `dispatch: ${launched?.error}`, 'INTERNAL_SERVER_ERROR')
  const session = {sessionKind: 'terminal', terminalSessionId: launched.sessionId, v2WorkspaceId: workspace.id}
  const run = {...session, hostId: wanted.id, status: 'dispatched', dispatchedAt: new Date()}
  return {automationId: automation.id, runId: insertRun(database, automation, run)}
}

function workspaceFor(state: HostState, {name, v2ProjectId, v2WorkspaceId}: Automation) {
  const pinned = v2WorkspaceId ? state.liveWorkspace(v2WorkspaceId) : undefined
  const worktreePath = `/home/ada/.superset/sessions/${name}`
  const made = {name, branch: name, worktreePath, projectId: v2ProjectId}
  return pinned ?? state.addWorkspace({...made, type: v2ProjectId ? 'worktree' : 'session'})
}

/** A host that no longer runs, and of which nobody has told the service. */
function isMarkedOnline(database: DatabaseSync, id: string, organizationId: string): boolean {
  const row = database.prepare('SELECT online FROM host WHERE id = ? AND organizationId = ?').get(id, organizationId)
  return row?.['online'] === 1
}
