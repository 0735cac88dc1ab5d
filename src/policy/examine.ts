import type {Check} from '@superset/identity'
import {decisions, pluginDecisions, updateDecisions} from './decisions.ts'
import type {Policy} from './policy.ts'

/** What `doctor` says of the policy and of the plugins that it kept out. */
export function examinePolicy(policy: Policy | undefined, leftOut: ReadonlyMap<string, string>): readonly Check[] {
  const out = [...leftOut.values()].map((message): Check => ({name: 'plugins', outcome: 'fail', message}))
  if (!policy) return [{name: 'policy', outcome: 'skip', message: 'No policy is installed on this machine.'}, ...out]
  const said = [...decisions(policy), ...pluginDecisions(policy), ...updateDecisions(policy)]
  return [
    ...(said.length === 0 ? [`${policy.file} restricts nothing.`] : said).map((message): Check => ({
      name: 'policy',
      outcome: 'pass',
      message,
    })),
    ...out,
  ]
}
