/**
 * Announcing addresses to a segment: gratuitous ARP, unsolicited neighbour advertisements, and when to send them.
 * RFC 9568 §6.4, RFC 5227, RFC 4861 §7.2.6.
 * @module
 */
export {
  type GratuitousArpForm,
  type GratuitousArpOptions,
  gratuitousArp,
  type UnsolicitedNeighborAdvertisementOptions,
  unsolicitedNeighborAdvertisement,
} from './build.ts'
export {
  type AnnouncementBurst,
  type AnnouncementCause,
  type AnnouncementPlan,
  type DueFrame,
  dueFrames,
  nextFrameAt,
  type PlanCause,
  startPlan,
} from './plan.ts'
export { type AnnouncementTiming, DEFAULT_ANNOUNCEMENT_TIMING } from './timing.ts'
