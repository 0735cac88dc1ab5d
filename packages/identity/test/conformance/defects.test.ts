import {describeDefects} from './defects.ts'

/** One, of which a race could hide the defect; all, asked for everything: `npm run test:thorough`. */
describeDefects(['late'], ({id}) => id.startsWith('sign-out/'))
