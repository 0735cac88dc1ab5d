import command from '../../packages/plugin-auth-command/test/conformance/subject.ts'
import auth from '../../packages/plugin-auth/test/conformance/subject.ts'
import {describeScenarios, scenariosFor} from '../support/conformance.ts'

describeScenarios('plugin-auth', scenariosFor(auth).asked, auth)
describeScenarios('plugin-auth-command', scenariosFor(command).asked, command)
