import type {IdentityHook} from '@superset/identity'
import {commandProvider} from '../provider/command-provider.ts'

/** The answer to `superset:identity`. */
const hook: IdentityHook = ({request}) => Promise.resolve(commandProvider(request))

export default hook
