/* The network, local sockets, and what else processes talk through. */
#include "attack.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <fcntl.h>

static int make(int family, int type, int protocol)
{
    return socket(family, type | SOCK_CLOEXEC, protocol);
}

/* The answer says that only the first user namespace is listened to. */
static void audit(void)
{
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
    } message = {
        .header = {.nlmsg_len = sizeof message.header, .nlmsg_type = 1000, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK}};
    int to = make(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
    long n = to < 0 ? -1 : send(to, &message, sizeof message.header, 0);
    if (n > 0 && recv(to, &message, sizeof message, MSG_DONTWAIT) > 0 && message.header.nlmsg_type == NLMSG_ERROR) {
        errno = -message.error.error;
        n = message.error.error;
    }
    denied("the kernel's audit", n, ECONNREFUSED, EPROTONOSUPPORT);
}

static void families(void)
{
    static const struct {
        const char *name;
        int family;
    } refused[] = {{"packets", AF_PACKET},
                   {"the hypervisor", AF_VSOCK},
                   {"the kernel's ciphers", AF_ALG},
                   {"bluetooth", AF_BLUETOOTH},
                   {"IPsec keys", AF_KEY},
                   {"express data path", AF_XDP},
                   {"TIPC", AF_TIPC},
                   {"reliable datagrams", 21},
                   {"CAN", AF_CAN},
                   {"infrared", AF_IRDA},
                   {"X.25", AF_X25},
                   {"near field", AF_NFC},
                   {"phones", AF_PHONET},
                   {"remote calls", AF_RXRPC}};
    char name[60];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        snprintf(name, sizeof name, "a socket to %s", refused[i].name);
        denied(name, make(refused[i].family, SOCK_DGRAM, 0), EAFNOSUPPORT, EAFNOSUPPORT);
        int two[2];
        snprintf(name, sizeof name, "two sockets to %s", refused[i].name);
        denied(name, socketpair(refused[i].family, SOCK_DGRAM, 0, two), EAFNOSUPPORT, EAFNOSUPPORT);
    }
    denied("a raw socket", make(AF_INET, SOCK_RAW, IPPROTO_ICMP), EPERM, EPERM);
    denied("a raw socket of IPv6", make(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), EPERM, EPERM);
    harmless("a socket of netlink", make(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
             "of its own network, which has a loopback alone");
    audit();
}

static void network(void)
{
    struct sockaddr_in node = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(setting("port")))};
    inet_aton("127.0.0.1", &node.sin_addr);
    denied("connect to a port of the host", connect(make(AF_INET, SOCK_STREAM, 0), (void *)&node, sizeof node),
           ECONNREFUSED, ENETUNREACH);
    inet_aton("192.0.2.1", &node.sin_addr);
    denied("send to the network", connect(make(AF_INET, SOCK_DGRAM, 0), (void *)&node, sizeof node), ENETUNREACH,
           ENETUNREACH);
    inet_aton("239.70.76.79", &node.sin_addr);
    denied("send to the mesh's group", sendto(make(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (void *)&node, sizeof node),
           ENETUNREACH, ENETUNREACH);
    denied("attach to a device", setsockopt(make(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5),
           ENODEV, EPERM);
}

static void local_sockets(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", setting("socket"));
    denied("connect to a socket of the host by its path",
           connect(make(AF_UNIX, SOCK_STREAM, 0), (void *)&at, sizeof at), ENOENT, ENOENT);
    memset(at.sun_path, 0, sizeof at.sun_path);
    snprintf(at.sun_path + 1, sizeof at.sun_path - 1, "%s", setting("abstract"));
    denied("connect to a socket of the host by its abstract name",
           connect(make(AF_UNIX, SOCK_STREAM, 0), (void *)&at,
                   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(setting("abstract")))),
           ECONNREFUSED, ECONNREFUSED);
    int two[2];
    harmless("pass descriptors between its own processes", socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, two),
             "it has none that lead out");
}

static void system_five(void)
{
    denied("shared memory of the host", shmget(0x466c6f65, 1, 0), ENOENT, ENOENT);
    denied("a queue of messages of the host", msgget(0x466c6f65, 0), ENOENT, ENOENT);
    denied("a POSIX queue of the host", (long)syscall(SYS_mq_open, "floe", O_RDWR, 0, 0), ENOENT, ENOENT);
}

void probe_sockets(void)
{
    group("sockets");
    families();
    network();
    local_sockets();
    system_five();
}
