/**
 * Numbers of the Linux socket interface, equal on every architecture that node runs on
 * (socket.h, in.h, in6.h, if_packet.h, netlink.h, timerfd.h of the kernel's uapi).
 */

/** Address family: sockets of this machine. */
export const AF_UNIX = 1
/** Address family: IPv4. */
export const AF_INET = 2
/** Address family: IPv6. */
export const AF_INET6 = 10
/** Address family: netlink. */
export const AF_NETLINK = 16
/** Address family: link-layer frames. */
export const AF_PACKET = 17

/** Socket type: connections. */
export const SOCK_STREAM = 1
/** Socket type: datagrams. */
export const SOCK_DGRAM = 2
/** Socket type: datagrams with the headers below them. */
export const SOCK_RAW = 3
/** SOCK_CLOEXEC | SOCK_NONBLOCK */
export const SOCK_FLAGS = 0o2004000

/** IP protocol number of ICMP. */
export const IPPROTO_ICMP = 1
/** IP protocol number of ICMPv6. */
export const IPPROTO_ICMPV6 = 58
/** A raw socket of this protocol hears nothing, and its sender writes the IP header. */
export const IPPROTO_RAW = 255

/** Frames of every protocol (if_ether.h). */
export const ETH_P_ALL = 3

/** Level of the options of every socket. */
export const SOL_SOCKET = 1
/** The pending error; reading it clears it. */
export const SO_ERROR = 4
/** Size of the receive buffer, up to net.core.rmem_max. */
export const SO_RCVBUF = 8
/** Class in the queues of the interface. */
export const SO_PRIORITY = 12
/** The one interface to hear and send on. */
export const SO_BINDTODEVICE = 25
/** A filter of classic BPF for what is received. */
export const SO_ATTACH_FILTER = 26
/** Firewall mark of all that is sent (CAP_NET_ADMIN). */
export const SO_MARK = 36
/** Deliver the time of arrival with each message, in nanoseconds; also the type of that control message. */
export const SO_TIMESTAMPNS = 35
/** Size of the receive buffer, without limit (CAP_NET_ADMIN). */
export const SO_RCVBUFFORCE = 33

/** Memory that a socket uses: SK_MEMINFO_VARS of linux/sock_diag.h. Linux 4.12. */
export const SO_MEMINFO = 55

/** Level of the IPv4 options. */
export const IPPROTO_IP = 0
/** Whether own multicast messages come back. */
export const IP_MULTICAST_LOOP = 34
/** Report all ICMP errors. */
export const IP_RECVERR = 11
/** The sender writes the IP header. */
export const IP_HDRINCL = 3
/** Join an IPv4 group on an interface. */
export const IP_ADD_MEMBERSHIP = 35
/** Leave an IPv4 group. */
export const IP_DROP_MEMBERSHIP = 36
/** Whether messages of groups that other sockets joined are delivered too. */
export const IP_MULTICAST_ALL = 49

/** Level of the IPv6 options. */
export const IPPROTO_IPV6 = 41
/** Hop limit of unicast messages. */
export const IPV6_UNICAST_HOPS = 16
/** Index of the interface that multicast leaves from. */
export const IPV6_MULTICAST_IF = 17
/** Hop limit of multicast messages. */
export const IPV6_MULTICAST_HOPS = 18
/** Whether own multicast messages come back. */
export const IPV6_MULTICAST_LOOP = 19
/** Join an IPv6 group on an interface. */
export const IPV6_ADD_MEMBERSHIP = 20
/** Leave an IPv6 group. */
export const IPV6_DROP_MEMBERSHIP = 21
/** Report all ICMPv6 errors. */
export const IPV6_RECVERR = 25
/** Whether messages of groups that other sockets joined are delivered too. */
export const IPV6_MULTICAST_ALL = 29
/** Deliver destination and interface with each message. */
export const IPV6_RECVPKTINFO = 49
/** Control message: address and interface. */
export const IPV6_PKTINFO = 50
/** Deliver the hop limit with each message. */
export const IPV6_RECVHOPLIMIT = 51
/** Control message: hop limit. */
export const IPV6_HOPLIMIT = 52
/** Traffic class of messages. */
export const IPV6_TCLASS = 67

/** Level of the netlink options. */
export const SOL_NETLINK = 270
/** Join a group of events. */
export const NETLINK_ADD_MEMBERSHIP = 1
/** Leave a group of events. */
export const NETLINK_DROP_MEMBERSHIP = 2
/** Do not copy the request into its acknowledgement. */
export const NETLINK_CAP_ACK = 10
/** Put the kernel's words into a refusal. */
export const NETLINK_EXT_ACK = 11
/** Check and obey the fields of dump requests. */
export const NETLINK_GET_STRICT_CHK = 12

/** Do not block in this call. */
export const MSG_DONTWAIT = 0x40
/** Return the real length of a datagram that was cut. */
export const MSG_TRUNC = 0x20

/** Kind of a namespace: network. */
export const CLONE_NEWNET = 0x40000000

/** There is something to read. */
export const POLLIN = 1

/** The time of day, which can be set. */
export const CLOCK_REALTIME = 0
/** The clock that never goes back. */
export const CLOCK_MONOTONIC = 1
/** The time of a timer is an instant, not a span. */
export const TFD_TIMER_ABSTIME = 1
