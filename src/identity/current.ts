import type {ConfigLike, Identity, IdentityProvider, IdentityRequest, Session} from '@superset/identity'
import {EXIT, findIdentity, isProblem, Problem} from '@superset/identity'
import {reasonOf} from './reason.ts'
import type {Choice} from './choose.ts'

/** The identity of this run as the host holds it: what commands see, and the duty to let the provider finish. */
export interface HeldIdentity extends Identity {
  /** Waits for what the provider must not leave half done. Does nothing when no provider was asked. */
  settle(): Promise<void>
}

export interface Sources {
  /** Deferred, because it checks variables that help and version do not need. */
  readonly request: () => IdentityRequest
  readonly choice: () => Choice
  readonly ask: (choice: Choice, request: IdentityRequest) => Promise<IdentityProvider>
}

/** Nothing is read, checked or imported before it is asked for; each thing is asked for once. */
export function holdIdentity(sources: Sources): HeldIdentity {
  const request = once(sources.request)
  const choice = once(sources.choice)
  const provider = once(async () => sources.ask(choice(), request()))
  const session = once(async () => currentSession(await provider(), choice(), request()))
  return {
    get request() {
      return request()
    },
    get choice() {
      return choice()
    },
    provider: async () => provider(),
    session: async () => session(),
    async settle() {
      if (!provider.called()) return
      const asked = await provider().catch(() => undefined) // its failure was reported to whoever asked first
      await asked?.settle?.()
    },
  }
}

/** What the init hook handed over, if it did. */
export function heldIdentity(config: ConfigLike): HeldIdentity | undefined {
  const identity = findIdentity(config)
  return identity && 'settle' in identity ? (identity as HeldIdentity) : undefined
}

async function currentSession(
  provider: IdentityProvider,
  {plugin}: Choice,
  request: IdentityRequest,
): Promise<Session | undefined> {
  try {
    return await provider.session(request)
  } catch (error) {
    if (isProblem(error)) throw error
    throw new Problem({
      code: 'IDENTITY_FAILED',
      message: `Identity provider plugin ${plugin} failed: ${reasonOf(error)}.`,
      exit: EXIT.configuration,
      suggestions: [`Run \`${request.bin} doctor\` for details.`],
      cause: error,
    })
  }
}

/** Remembers the first result, a failure included. */
function once<T>(make: () => T): (() => T) & {called: () => boolean} {
  let done: {value: T} | {error: unknown} | undefined
  const get = (): T => {
    if (!done) {
      try {
        done = {value: make()}
      } catch (error) {
        done = {error}
      }
    }

    if ('error' in done) throw done.error
    return done.value
  }

  return Object.assign(get, {called: () => done !== undefined})
}
