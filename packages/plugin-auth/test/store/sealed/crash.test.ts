import {describeCrashes} from './crashes.ts'

/** More of both: `npm run test:thorough`. */
describeCrashes({savers: 5, kills: 8})
