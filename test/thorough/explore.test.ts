import {describeExplorations, SETTINGS} from '../../packages/plugin-auth/test/simulation/explorations.ts'

describeExplorations(SETTINGS)
