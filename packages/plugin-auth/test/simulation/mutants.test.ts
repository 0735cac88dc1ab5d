import {describeMutations, MUTATIONS} from './mutations.ts'

/** The two that ended sessions; all of them: `npm run test:thorough`. */
describeMutations(MUTATIONS.filter(({name}) => /^row 23: sends again|^row 23b: forgets/.test(name)))
