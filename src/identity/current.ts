import {
  type ConfigLike,
  type Identity,
  type IdentityProvider,
  type IdentityRequest,
  reasonOf,
  type Session,
  type Sourced,
} from '@superset/identity'
import {EXIT, findIdentity, isProblem, Problem} from '@superset/identity'
import type {Choice} from './choose.ts'
import {currentName, knownProfiles} from './profiles.ts'

/** The identity of this run as the host holds it: what commands see, and the duty to let the provider finish. */
export interface HeldIdentity extends Identity {
  /** Waits for what the provider must not leave half done. Does nothing when no provider was asked. */
  settle(): Promise<void>
}

export interface Sources {
  readonly profile: () => Sourced<string>
  /** Deferred, because it checks variables that help and version do not need. */
  readonly request: (profile: string) => IdentityRequest
  readonly choice: (profile: string) => Choice
  readonly ask: (choice: Choice, request: IdentityRequest) => Promise<IdentityProvider>
  /** Profiles that settings were saved for. */
  readonly configured: () => readonly string[]
  /** What another profile is made of. */
  readonly at: (profile: string) => Sources
}

/**
 * Nothing is read, checked or imported before it is asked for; each thing is asked for once. So one run has one profile,
 * also while another terminal switches to another.
 */
export function holdIdentity(sources: Sources): HeldIdentity {
  const profile = once(sources.profile)
  const request = once(() => sources.request(profile().value))
  const choice = once(() => sources.choice(profile().value))
  const provider = once(async () => sources.ask(choice(), request()))
  const session = once(async () => currentSession(await provider(), choice(), request()))
  const others = new Map<string, HeldIdentity>()
  const identity: HeldIdentity = {
    get profile() {
      return profile()
    },
    get request() {
      return request()
    },
    get choice() {
      return choice()
    },
    provider: async () => provider(),
    session: async () => session(),
    at(name) {
      if (name === currentName(identity)) return identity
      const other = others.get(name) ?? holdIdentity(sources.at(name))
      others.set(name, other)
      return other
    },
    profiles: async () => knownProfiles(identity, sources.configured()),
    async settle() {
      const settling = [...others.values()].map((other) => other.settle())
      if (provider.called()) {
        const asked = await provider().catch(() => undefined) // its failure was reported to whoever asked first
        settling.push(Promise.resolve(asked?.settle?.()))
      }

      // One that fails must not leave the others half done.
      const failed = (await Promise.allSettled(settling)).find(({status}) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
    },
  }
  return identity
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
