import {describeKills} from '../acceptance/kills.ts'

describeKills(3)
