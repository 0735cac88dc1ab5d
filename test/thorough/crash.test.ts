import {describeCrashes} from '../../packages/plugin-auth/test/store/sealed/crashes.ts'

describeCrashes({savers: 20, kills: 100})
