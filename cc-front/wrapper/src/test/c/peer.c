/*
 * A node of some user that ends whoever obeys it with code 33: peer SOCKET. Returns once it listens; a child of it answers one wrapper.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(argv[1], 0777) != 0 || listen(fd, 5) != 0) {
        perror(argv[1]);
        return 1;
    }
    if (fork() != 0)
        return 0;
    static const unsigned char exit33[] = {0, 0, 0, 4, 0x17, 0, 0, 0, 33};
    char hello[4096];
    int wrapper = accept(fd, NULL, NULL);
    if (read(wrapper, hello, sizeof hello) > 0 && write(wrapper, exit33, sizeof exit33) > 0)
        while (read(wrapper, hello, sizeof hello) > 0)
            continue;
    return 0;
}
