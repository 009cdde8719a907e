/**
 * Numbers of the netlink protocol (netlink.h, rtnetlink.h, if_addr.h, if_link.h of the kernel's uapi).
 */
export const NETLINK_ROUTE = 0

export const NLM_F_REQUEST = 0x1
export const NLM_F_MULTI = 0x2
export const NLM_F_ACK = 0x4
/** A dump saw changes while it ran: it may be torn, and is asked for again. */
export const NLM_F_DUMP_INTR = 0x10
export const NLM_F_REPLACE = 0x100
/** NLM_F_ROOT | NLM_F_MATCH */
export const NLM_F_DUMP = 0x300
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
/** In an acknowledgement: the request is not copied into it. */
export const NLM_F_CAPPED = 0x100
/** In an acknowledgement: attributes with the kernel's words follow. */
export const NLM_F_ACK_TLVS = 0x200

export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3

export const RTM_NEWLINK = 16
export const RTM_DELLINK = 17
export const RTM_GETLINK = 18
export const RTM_NEWADDR = 20
export const RTM_DELADDR = 21
export const RTM_GETADDR = 22

export const RTNLGRP_LINK = 1
export const RTNLGRP_IPV4_IFADDR = 5
export const RTNLGRP_IPV6_IFADDR = 9

/** Address families in rtnetlink messages. */
export const AF_INET = 2
export const AF_INET6 = 10
