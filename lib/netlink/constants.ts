/**
 * Numbers of the netlink protocol (netlink.h, rtnetlink.h, if_addr.h, if_link.h of the kernel's uapi).
 */

/** Netlink family: links, addresses, routes. */
export const NETLINK_ROUTE = 0

/** Netlink family: families that have a name instead of a number. */
export const NETLINK_GENERIC = 16

/** This is a request. */
export const NLM_F_REQUEST = 0x1
/** One of several messages that NLMSG_DONE ends. */
export const NLM_F_MULTI = 0x2
/** Acknowledge even if all is well. */
export const NLM_F_ACK = 0x4
/** A dump saw changes while it ran: it may be torn, and is asked for again. */
export const NLM_F_DUMP_INTR = 0x10
/** Replace what is there. */
export const NLM_F_REPLACE = 0x100
/** NLM_F_ROOT | NLM_F_MATCH */
export const NLM_F_DUMP = 0x300
/** Refuse when it is there already. */
export const NLM_F_EXCL = 0x200
/** Make it when it is not there. */
export const NLM_F_CREATE = 0x400
/** Behind what is there. */
export const NLM_F_APPEND = 0x800
/** In an acknowledgement: the request is not copied into it. */
export const NLM_F_CAPPED = 0x100
/** In an acknowledgement: attributes with the kernel's words follow. */
export const NLM_F_ACK_TLVS = 0x200

/** Nothing is asked for; acknowledged all the same. */
export const NLMSG_NOOP = 1
/** Message type: acknowledgement or refusal. */
export const NLMSG_ERROR = 2
/** Message type: the end of a dump. */
export const NLMSG_DONE = 3

/** An interface is there. */
export const RTM_NEWLINK = 16
/** An interface is gone. */
export const RTM_DELLINK = 17
/** Which interfaces are there? */
export const RTM_GETLINK = 18
/** An address is there; add one. */
export const RTM_NEWADDR = 20
/** An address is gone; delete one. */
export const RTM_DELADDR = 21
/** Which addresses are there? */
export const RTM_GETADDR = 22

/** Add a route. */
export const RTM_NEWROUTE = 24
/** Delete a route. */
export const RTM_DELROUTE = 25
/** Add a routing rule. */
export const RTM_NEWRULE = 32
/** Delete a routing rule. */
export const RTM_DELRULE = 33

/** Events of interfaces. */
export const RTNLGRP_LINK = 1
/** Events of IPv4 addresses. */
export const RTNLGRP_IPV4_IFADDR = 5
/** Events of IPv6 addresses. */
export const RTNLGRP_IPV6_IFADDR = 9
/** Events: IPv4 routes. */
export const RTNLGRP_IPV4_ROUTE = 7
/** Events: IPv4 rules. */
export const RTNLGRP_IPV4_RULE = 8
/** Events: IPv6 routes. */
export const RTNLGRP_IPV6_ROUTE = 11
/** Events: IPv6 rules. */
export const RTNLGRP_IPV6_RULE = 19

/** Address families in rtnetlink messages. */
export const AF_INET = 2
/** Address family: IPv6. */
export const AF_INET6 = 10
