import {describeMutations, MUTATIONS} from '../../packages/plugin-auth/test/simulation/mutations.ts'

describeMutations(MUTATIONS)
