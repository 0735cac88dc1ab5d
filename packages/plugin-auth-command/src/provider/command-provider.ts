import {type Capability, type IdentityProvider, type IdentityRequest, isProblem} from '@superset/identity'
import {signInSteps} from '../sign-in-steps.ts'
import {type CommandSettings, NAME, settingsOf} from '../settings.ts'

/**
 * Sessions from an external command. What it can do depends on the settings: without a program for it, there is nothing
 * to sign in or out of here.
 */
export function commandProvider(request: IdentityRequest): IdentityProvider {
  const {login, logout} = usableSettings(request) ?? {}
  const capabilities: Capability[] = ['organization']
  if (login) capabilities.push('login')
  if (logout) capabilities.push('logout')
  return {
    name: NAME,
    capabilities,
    async session(given) {
      const {openSession} = await import('../session/open-session.ts')
      return openSession(given)
    },
    signInSteps,
    async describe(given) {
      const {describe} = await import('./describe.ts')
      return describe(given)
    },
    async diagnose(given) {
      const {diagnose} = await import('./diagnose.ts')
      return diagnose(given)
    },
    ...(login && {
      async login(given, options) {
        const {signIn} = await import('./sign-in.ts')
        return signIn(login, given, options)
      },
    }),
    ...(logout && {
      async logout(given) {
        const {signOut} = await import('./sign-out.ts')
        return signOut(logout, given)
      },
    }),
  } satisfies IdentityProvider
}

/** Faulty settings are reported by what needs them: `auth status` and `doctor` must answer all the same. */
function usableSettings(request: IdentityRequest): CommandSettings | undefined {
  try {
    return settingsOf(request)
  } catch (error) {
    if (isProblem(error)) return undefined
    throw error
  }
}
