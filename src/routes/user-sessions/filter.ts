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
