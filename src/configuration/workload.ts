import type {WorkloadSource} from '@superset/identity'

const SOURCE = /^(?:github|gitlab|env:[A-Za-z_]\w*|file:\/.+)$/

/** For messages. */
export const WORKLOAD_RULE = 'must be github, gitlab, env:<variable> or file:<absolute path>'

/** Where GitLab puts the token of a job that asks for one by this name (`id_tokens`). */
const GITLAB_VARIABLE = 'SUPERSET_ID_TOKEN'

export function isWorkloadSource(text: string): text is WorkloadSource {
  return SOURCE.test(text)
}

/** The variable that holds the workload's own token, where one does. */
export function tokenVariable(source: string | undefined): string {
  const named = source !== undefined && source.startsWith('env:') ? source.slice('env:'.length) : ''
  return named === '' ? GITLAB_VARIABLE : named
}
