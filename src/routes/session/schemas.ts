import { DescriptionSchema, refTo } from '../schemas.ts'

export const getSession = {
  tags: ['This session'],
  operationId: 'getSession',
  summary: 'Show this session',
  description: 'Its public id, device and deadlines: when it ends if it is not used, and when it ends in any case.',
  response: { 200: refTo(DescriptionSchema) }
}
