import {type IdentityRequest, isProblem, Problem} from '@superset/identity'
import {authCommandsOf} from './arrange.ts'
import {askProvider, type PluginAccess} from './ask.ts'
import type {Choice} from './choose.ts'
import {HOOK, type LoadedPlugin} from './plugin.ts'
import type {PluginSurvey} from '../own-shapes.ts'

type Survey = Omit<PluginAccess, 'plugins'> & {readonly plugins: ReadonlyMap<string, LoadedPlugin>}

/** Every plugin with the hook, and the chosen one even where it is missing. Asks each of them, at the same time. */
export async function surveyPlugins(choice: Choice, request: IdentityRequest, asking: Survey): Promise<PluginSurvey[]> {
  const found = [...asking.plugins.values()].filter(({hooks}) => hooks[HOOK]?.[0]).map(({name}) => name)
  const names = new Set([...found.toSorted(), choice.plugin])
  return Promise.all([...names].map((name) => surveyOne(name, choice, request, asking)))
}

async function surveyOne(
  name: string,
  choice: Choice,
  request: IdentityRequest,
  asking: Survey,
): Promise<PluginSurvey> {
  const plugin = asking.plugins.get(name)
  const {fault, own} = plugin ? authCommandsOf(plugin) : {own: false}
  const problem = await problemOf(name, request, asking)
  return {
    plugin: name,
    version: plugin?.version ?? null,
    chosenBy: name === choice.plugin ? choice.source : null,
    authCommands: own ? 'own' : 'bundled',
    answers: problem === undefined,
    fault: problem?.message ?? (fault === undefined ? null : `It declares its own auth commands, but ${fault}.`),
  }
}

async function problemOf(name: string, request: IdentityRequest, asking: Survey): Promise<Problem | undefined> {
  try {
    await tryProvider(name, request, asking)
    return undefined
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
}

/**
 * Whether a plugin could be chosen. It is asked without any secret: it was not chosen yet.
 * @throws Problem IDENTITY_* (78), POLICY_IDENTITY (77), or the plugin's own
 */
async function tryProvider(name: string, request: IdentityRequest, asking: PluginAccess): Promise<void> {
  const {apiKeyFlag: _key, remember: _remember, ...rest} = request
  await askProvider({plugin: name, source: 'flag'}, {...rest, secrets: {}}, asking)
}

/** As `tryProvider`, for a plugin that is about to be chosen: each refusal says that nothing came of it. */
export async function requireUsable(name: string, request: IdentityRequest, asking: PluginAccess): Promise<void> {
  try {
    await tryProvider(name, request, asking)
  } catch (error) {
    if (!isProblem(error)) throw error
    const {code, exit, message, suggestions} = error
    throw new Problem({code, exit, message: `${message} Nothing was changed.`, suggestions, cause: error})
  }
}
