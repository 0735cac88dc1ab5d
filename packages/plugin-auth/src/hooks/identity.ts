import type {IdentityHook} from '@superset/identity'
import {AuthProvider} from '../provider/auth-provider.ts'
import {startOfProcess} from '../run-start.ts'

/** The answer to `superset:identity`. */
const hook: IdentityHook = () => Promise.resolve(new AuthProvider(startOfProcess()))

export default hook
