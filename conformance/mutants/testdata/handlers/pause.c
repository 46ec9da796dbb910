/* A pause with a handler for each of its signals. */
#include <signal.h>
#include <stdio.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

#ifdef LEAKED_THREADS
#include <pthread.h>

static void *hold(void *nothing) {
  for (;;) {
    pause();
  }
  return nothing;
}

static void leak(void) {
  static int threads;
  pthread_attr_t small;
  pthread_t thread;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 16384);
  if (threads < LEAKED_THREADS && pthread_create(&thread, &small, hold, NULL) == 0) {
    threads++;
  }
}
#endif

static void reap(int signal) {
  (void)signal;
#ifdef LEAKED_THREADS
  leak();
#endif
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcasecmp(argv[i], "-v") == 0) {
      puts("handlers");
      return 0;
    }
  }
  if (getpid() != 1) {
    fputs("handlers: not PID 1\n", stderr);
  }
  struct sigaction ends = {.sa_handler = end}, reaps = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};
  if (sigaction(SIGINT, &ends, NULL) || sigaction(SIGTERM, &ends, NULL) || sigaction(SIGCHLD, &reaps, NULL)) {
    return 1;
  }
  for (;;) {
    pause();
  }
}
