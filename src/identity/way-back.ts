import {variableOf} from '@superset/identity'
import type {Choice} from './choose.ts'

/** How to get away from a chosen plugin that does not work, by who chose it. */
export function wayBack(
  {file, source}: Choice,
  {bin, profile}: {readonly bin: string; readonly profile: string},
): readonly string[] {
  if (source === 'policy')
    return [`It was chosen by the policy of this machine (${file}: identity.plugin); ask who administers it.`]
  if (source === 'profile') return [`Run \`${bin} identity reset --profile ${profile}\` to take that choice back.`]
  if (source === 'config') return [`Run \`${bin} identity reset\` to take that choice back.`]
  const variable = variableOf(source)
  return variable === undefined ? [] : [`Unset ${variable} to take that choice back.`]
}
