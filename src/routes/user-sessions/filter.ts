import type { Static } from '@sinclair/typebox'
import { deviceTypes } from '../../sessions/devices/device.ts'
import { invalidMember } from '../../sessions/errors.ts'
import { networkIn, type SessionFilter } from '../../sessions/filter.ts'
import type { FilterQuerySchema } from './schemas.ts'

/** What a query asks for; it has no member that is absent there. @throws ServiceError `validation_failed` if the address is none */
export function filterOf ({ deviceType, address, openedBefore, unusedSince, flagged }: Static<typeof FilterQuerySchema>): SessionFilter {
  if (address !== undefined && networkIn(address) === null) throw invalidMember('address', 'The address is none. Send one, or a network such as 203.0.113.0/24.', 'querystring')
  return {
    ...(deviceType !== undefined && { deviceType: deviceTypes.find(type => type === deviceType) }),
    ...(address !== undefined && { address }),
    ...(openedBefore !== undefined && { openedBeforeMs: Number(openedBefore) }),
    ...(unusedSince !== undefined && { unusedSinceMs: Number(unusedSince) }),
    ...(flagged !== undefined && { flagged: flagged === 'true' })
  }
}

/** Nobody ends everything for want of a value. @throws ServiceError `validation_failed` */
export function assertEverybodyMeant (userId: string | undefined, confirm: string | undefined, filter: SessionFilter): void {
  if (confirm === undefined) throw invalidMember('userId', 'Say whose sessions are to end: send a userId, or confirm=everybody. Nothing was ended.', 'querystring')
  if (userId !== undefined || Object.keys(filter).length > 0) throw invalidMember('confirm', 'With confirm=everybody all sessions of everybody end: send neither a userId nor which of them are meant. Nothing was ended.', 'querystring')
}
