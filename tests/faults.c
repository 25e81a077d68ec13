/* System calls that change files, counted, and made to fail or to be the last one at the chosen count.
   Loaded before the C library; `arm` sets it off. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, IO_ERROR, NO_ROOM, FULL_DISK, KILL };

static long count = 0, chosen = -1;
static int kind = COUNT, log_to = -1;

void arm(int new_kind, long point, int log) { kind = new_kind; chosen = point; count = 0; log_to = log; }

/* What is to become of this call: 0 nothing, 1 it fails with errno set, 2 half of it is done and then the process ends. */
static int fate(const char *name, int needs_room) {
    if (chosen < 0) return 0;
    count++;
    if (kind == COUNT) { dprintf(log_to, "%s %d\n", name, needs_room); return 0; }
    if (count < chosen || (count > chosen && (kind != FULL_DISK || !needs_room))) return 0;
    if (kind == KILL) return 2;
    errno = kind == IO_ERROR ? EIO : ENOSPC;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define LAST() (kill(getpid(), SIGKILL), pause())

ssize_t write(int fd, const void *data, size_t size) {
    int is = fd > 2 && fd != log_to ? fate("write", 1) : 0;
    if (is == 2) { NEXT(write)(fd, data, size / 2); LAST(); }
    return is ? -1 : NEXT(write)(fd, data, size);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    int is = fate("pwrite", 1);
    if (is == 2) { NEXT(pwrite64)(fd, data, size / 2, at); LAST(); }
    return is ? -1 : NEXT(pwrite64)(fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

#define CALL(result, name, needs_room, declared, passed) \
    result name declared { \
        int is = fate(#name, needs_room); \
        if (is == 2) LAST(); \
        return is ? -1 : NEXT(name) passed; \
    }
CALL(int, fsync, 1, (int fd), (fd))
CALL(int, fdatasync, 1, (int fd), (fd))
CALL(int, ftruncate64, 0, (int fd, off64_t size), (fd, size))
CALL(int, ftruncate, 0, (int fd, off_t size), (fd, size))
CALL(int, rename, 0, (const char *from, const char *to), (from, to))
CALL(int, unlink, 0, (const char *path), (path))
CALL(int, rmdir, 0, (const char *path), (path))
CALL(int, mkdir, 1, (const char *path, mode_t mode), (path, mode))
CALL(int, fchmod, 0, (int fd, mode_t mode), (fd, mode))
CALL(int, utimensat, 0, (int fd, const char *path, const struct timespec times[2], int flags), (fd, path, times, flags))

static int opened(const char *path, int flags, mode_t mode) {
    int is = flags & O_CREAT ? fate("open", 1) : 0;
    if (is == 2) LAST();
    return is ? -1 : NEXT(open64)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list more; va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list more; va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode);
}
