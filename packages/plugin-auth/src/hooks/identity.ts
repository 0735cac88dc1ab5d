import type {IdentityHook} from '@superset/identity'
import {AuthProvider} from '../provider/auth-provider.ts'

/** The answer to `superset:identity`. */
const hook: IdentityHook = () => Promise.resolve(new AuthProvider())

export default hook
