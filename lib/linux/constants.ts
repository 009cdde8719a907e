/**
 * Numbers of the Linux socket interface, equal on every architecture that node runs on
 * (socket.h, in.h, in6.h, if_packet.h, netlink.h, timerfd.h of the kernel's uapi).
 */
export const AF_INET = 2
export const AF_INET6 = 10
export const AF_NETLINK = 16
export const AF_PACKET = 17

export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
/** SOCK_CLOEXEC | SOCK_NONBLOCK */
export const SOCK_FLAGS = 0o2004000

export const IPPROTO_ICMPV6 = 58
/** A raw socket of this protocol hears nothing, and its sender writes the IP header. */
export const IPPROTO_RAW = 255

export const SOL_SOCKET = 1
export const SO_ERROR = 4
export const SO_RCVBUF = 8
export const SO_PRIORITY = 12
export const SO_BINDTODEVICE = 25
export const SO_RCVBUFFORCE = 33

export const IPPROTO_IP = 0
export const IP_MULTICAST_LOOP = 34
export const IP_ADD_MEMBERSHIP = 35
export const IP_DROP_MEMBERSHIP = 36
export const IP_MULTICAST_ALL = 49

export const IPPROTO_IPV6 = 41
export const IPV6_UNICAST_HOPS = 16
export const IPV6_MULTICAST_IF = 17
export const IPV6_MULTICAST_HOPS = 18
export const IPV6_MULTICAST_LOOP = 19
export const IPV6_ADD_MEMBERSHIP = 20
export const IPV6_DROP_MEMBERSHIP = 21
export const IPV6_MULTICAST_ALL = 29
export const IPV6_RECVPKTINFO = 49
export const IPV6_PKTINFO = 50
export const IPV6_RECVHOPLIMIT = 51
export const IPV6_HOPLIMIT = 52
export const IPV6_TCLASS = 67

export const SOL_NETLINK = 270
export const NETLINK_ADD_MEMBERSHIP = 1
export const NETLINK_CAP_ACK = 10
export const NETLINK_EXT_ACK = 11
export const NETLINK_GET_STRICT_CHK = 12

export const MSG_DONTWAIT = 0x40
export const MSG_TRUNC = 0x20

export const POLLIN = 1

export const CLOCK_MONOTONIC = 1
export const TFD_TIMER_ABSTIME = 1
