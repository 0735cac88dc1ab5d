import type {IdentityHook} from '@superset/identity'
import {AcmeProvider} from '../provider.ts'

/** The answer to `superset:identity`. It reads nothing and asks nobody; the provider does, once it is used. */
const hook: IdentityHook = () => Promise.resolve(new AcmeProvider())

export default hook
