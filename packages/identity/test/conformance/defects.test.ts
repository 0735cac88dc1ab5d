import {describeDefects} from './defects.ts'

/** One of them, which a race could hide; all: `npm run test:thorough`. */
describeDefects(['late'])
