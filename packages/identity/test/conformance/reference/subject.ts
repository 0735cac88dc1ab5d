import {readFile, writeFile} from 'node:fs/promises'
import type {ConformanceSubject} from '../../../src/conformance/kit.ts'
import type {Behaviour} from './behaviour.ts'
import {ReferenceProvider} from './provider.ts'
import {fileOf, write} from './store.ts'

/** How the reference provider, or a mutant of it, is shown to the kit. */
export function subjectOf(name: string, behaviour?: Behaviour, module?: string): ConformanceSubject {
  return {
    name,
    version: '1.0.0',
    signIn: 'code-flow',
    renewal: 'refresh-token',
    methods: ['profiles', 'refresh'],
    ...(module !== undefined && {module}),
    open: () => new ReferenceProvider(behaviour),
    async seed(grant, request) {
      const {expiresAt, lifetimeSeconds: _, credentialUrl: __, scope: ___, ...rest} = grant
      await write(request, {...rest, expiresAt: expiresAt.getTime()}, behaviour?.fileMode)
    },
    async damage(request) {
      const file = fileOf(request)
      await writeFile(file, (await readFile(file, 'utf8')).slice(1))
    },
  }
}

export default subjectOf('reference', undefined, import.meta.url)
