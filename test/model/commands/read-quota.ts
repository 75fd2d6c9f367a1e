import { asSession, nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** What is used of the limits, in all and on televisions. */
export const readQuota: Kind<Pick, { used: number, tv: number | undefined }> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} asks what is used of its limits`,
      async perform ({ serviceWith }) {
        const service = serviceWith({ max: 100, byDeviceType: new Map([['tv', 1]]), policy: 'deny' })
        const { used, byDeviceType } = await service.quota(asSession(session))
        return { used, tv: byDeviceType.get('tv')?.used }
      },
      expect () {
        const live = model.live(session.userId)
        return { used: live.length, tv: live.filter(({ deviceType }) => deviceType === 'tv').length }
      }
    }
  }
}
