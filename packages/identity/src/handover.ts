import type {IdentityProvider} from './provider.ts'
import type {IdentityRequest} from './request.ts'
import type {Session} from './session.ts'
import type {Source, Sourced} from './values.ts'
import {EXIT} from './exit-codes.ts'
import {Problem} from './problem.ts'

/**
 * oclif rebuilds its Config between the init hook and the command, but carries the root Plugin object over, also into
 * another copy or major of @oclif/core. So that object is where one run's identity is handed over.
 */
const IDENTITY: unique symbol = Symbol.for('superset.identity') as never

/** What the host hands to commands: the chosen provider and the session, both asked for at first use only. */
export interface Identity {
  /** The profile of this run, and who chose it. @throws Problem CONFIG_* (78), USAGE_PROFILE (2) */
  readonly profile: Sourced<string>
  /** @throws Problem CONFIG_* (78), USAGE_PROFILE (2) */
  readonly request: IdentityRequest
  /** Name of the chosen identity plugin, and who chose it. */
  readonly choice: {readonly plugin: string; readonly source: Source}
  /** @throws Problem IDENTITY_* (78) when the chosen plugin is missing, throws or hangs */
  provider(): Promise<IdentityProvider>
  /** `undefined`: nobody is signed in. Asked once per run, however often it is called. */
  session(): Promise<Session | undefined>
  /** The identity of another profile, as if `--profile` had named it: another plugin may serve it. */
  at(profile: string): Identity
  /** `default`, the profile of this run, and all that settings or a credential are stored for, in alphabetical order. */
  profiles(): Promise<readonly string[]>
}

/** The part of oclif's Config that this needs: the same in @oclif/core 3, 4 and 5. */
export interface ConfigLike {
  readonly pjson: {readonly name: string}
  readonly plugins: ReadonlyMap<string, object>
}

type Anchor = {[IDENTITY]?: Identity}

/** For the host's init hook alone. */
export function handOver(config: ConfigLike, identity: Identity): void {
  const root = config.plugins.get(config.pjson.name)
  if (!root) throw new Error(`no root plugin named ${config.pjson.name}`)
  Object.defineProperty(root, IDENTITY, {configurable: true, enumerable: false, value: identity})
}

/** Absent when no host ran its init hook: in a test of a command on its own, say. */
export function findIdentity(config: ConfigLike): Identity | undefined {
  // A plugin's config names the plugin's own package only while it is the root; look at every plugin object.
  for (const plugin of config.plugins.values()) {
    const found = (plugin as Anchor)[IDENTITY]
    if (found) return found
  }

  return undefined
}

/** @throws Problem IDENTITY_ABSENT (78) outside the superset CLI */
export function identityOf(config: ConfigLike): Identity {
  const identity = findIdentity(config)
  if (identity) return identity
  throw new Problem({
    code: 'IDENTITY_ABSENT',
    message: 'No identity was handed over: this command must be run by the superset CLI.',
    exit: EXIT.configuration,
  })
}

/**
 * The one line of a command plugin: `const session = await sessionOf(this.config)`.
 * @throws Problem AUTH_REQUIRED (4) when nobody is signed in, and whatever keeps the session from being used
 */
export async function sessionOf(config: ConfigLike): Promise<Session> {
  return requireSession(identityOf(config))
}

/** @throws Problem as `sessionOf` */
export async function requireSession(identity: Identity): Promise<Session> {
  const session = await identity.session()
  if (session) return session
  const provider = await identity.provider()
  throw signInNeeded(identity.request, provider.signInSteps?.(identity.request))
}

/** Fault row 86: never a prompt, always the next step. @param steps of a provider that leaves signing in to something else */
export function signInNeeded(
  request: Pick<IdentityRequest, 'bin' | 'interactive' | 'profile'>,
  steps?: readonly string[],
): Problem {
  return new Problem({
    code: 'AUTH_REQUIRED',
    message: request.interactive ? 'Not signed in.' : 'Not signed in (no terminal).',
    exit: EXIT.signInNeeded,
    profile: request.profile,
    suggestions: steps
      ? steps
      : request.interactive
        ? [`Run \`${request.bin} auth login\`.`]
        : ['Set SUPERSET_API_KEY.', `Or run \`${request.bin} auth login\` on a terminal first.`],
  })
}
