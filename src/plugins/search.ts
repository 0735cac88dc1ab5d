import {isObject} from '@superset/identity'
import {copyOfEnvironment} from '../env.ts'
import type {FoundPlugin} from '../own-shapes.ts'
import {currentPolicy} from '../policy/current.ts'
import {whyForbidden} from '../policy/plugin-rules.ts'
import {readListed, text, versionOf} from './plugin-list.ts'
import {openSearch} from './registry.ts'

/** What packages say of themselves that are plugins of superset, under `keywords` of their package.json. */
export const KEYWORD = 'superset-plugin'

interface Host {
  readonly dataDir: string
  readonly npmRegistry?: string | undefined
}

/**
 * Plugins in the registry that is in force, best first, as the registry ranks them.
 * @throws Problem PLUGIN_NO_SEARCH, PLUGIN_NPM_FAILED (1), PLUGIN_REGISTRY_* (75, 77), PLUGIN_NPM_SETTINGS (78)
 */
export async function searchPlugins(
  words: readonly string[],
  limit: number,
  {dataDir, npmRegistry}: Host,
): Promise<readonly FoundPlugin[]> {
  const search = await openSearch({cwd: dataDir, registry: npmRegistry, environment: copyOfEnvironment()})
  const found = await search([`keywords:${KEYWORD}`, ...words], limit)
  const rules = currentPolicy()?.plugins
  const listed = new Map(readListed(dataDir).map((one) => [one.name, one]))
  return found.flatMap((one): readonly FoundPlugin[] => {
    const [name, version] = [text(one, 'name'), text(one, 'version')]
    if (name === undefined || version === undefined || !isPlugin(one)) return []
    const here = listed.get(name)
    return [
      {
        ...{name, version, description: text(one, 'description') ?? null, published: publishedOf(one)},
        installed: (here && versionOf(here, dataDir)) ?? null,
        allowed: rules === undefined || whyForbidden({name}, rules) === undefined,
      },
    ]
  })
}

/** A registry may not know what `keywords:` means, and answer what it finds by any word. */
function isPlugin(found: unknown): boolean {
  const keywords = isObject(found) ? found['keywords'] : undefined
  return Array.isArray(keywords) && keywords.includes(KEYWORD)
}

function publishedOf(found: unknown): string | null {
  const time = Date.parse(text(found, 'date') ?? '')
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
