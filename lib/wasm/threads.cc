#include "threads.h"

#include <atomic>

#include "arena.h"
#include "blocks.h"

LSTM_LAB_IMPORT(start_workers) void host_start_workers(int32_t count);

namespace lstm_lab {
namespace {

using Counter = std::atomic<int32_t>;

// How often a thread looks whether there is something to do before it sleeps, because to be woken takes as long as what happens between two
// kernels of a training step.
constexpr int kLooks = 50000;

enum Failure { kNone, kNoMemory, kTrap };
// Of a worker that asks for memory.
enum Request { kNobody, kAsking, kAsked, kAnswered };

// What the program's thread and the workers tell each other.
struct Pool {
  // The call that is being computed; its parts that nobody has taken, which are the first ones, and those that are not done.
  const std::function<void(int64_t)>* work;
  Counter unclaimed, unfinished, failure;
  Counter turn, asleep;   // the number of the call, for which workers wait, and how many of them do
  Counter bell, waiting;  // what the program's thread waits for, and whether it does
  Counter request;
  uint64_t wanted;
  void* lent;
  Counter helped;  // how many parts workers have computed
};

// Each instance has its own of these. The pool of the program's instance is everybody's.
Pool own_pool;
Pool* pool = &own_pool;
bool in_worker = false;
Arena arena;
int64_t threads = 1;
bool may_sleep = false;  // a page's own thread may not
int64_t workers = 0;  // that have been started
bool running = false, in_part = false;
Blocks loans;

// Sleeps until it is woken, if the counter still is what it was.
void SleepWhile(Counter& counter, int32_t value) { __builtin_wasm_memory_atomic_wait32(reinterpret_cast<int*>(&counter), value, -1); }
void Wake(Counter& counter, uint32_t count) { __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(&counter), count); }

// The part that is to be computed next, which nobody else computes; -1 when there is none. The call lasts until it is done.
int32_t Claim() {
  int32_t left = pool->unclaimed;
  while (left > 0 && !pool->unclaimed.compare_exchange_weak(left, left - 1)) {
  }
  return left - 1;
}

void RingBell() {
  ++pool->bell;
  if (pool->waiting > 0) Wake(pool->bell, 1);
}

void Finish(int32_t parts) {
  if (pool->unfinished.fetch_sub(parts) == parts && in_worker) RingBell();
}

void Lend() {
  if (pool->request != kAsked) return;
  pool->lent = loans.Take(pool->wanted);
  pool->request = kAnswered;
  Wake(pool->request, UINT32_MAX);
}

void WaitForWorkers() {
  for (int looks = 0;; ++looks) {
    const int32_t bell = pool->bell;
    Lend();
    if (pool->unfinished == 0) break;
    if (!may_sleep || looks < kLooks) continue;
    pool->waiting = 1;
    SleepWhile(pool->bell, bell);
    pool->waiting = 0;
  }
  loans.GiveAll();
  running = false;
}

void* Borrow(uint64_t bytes) {
  int32_t found = kNobody;
  while (!pool->request.compare_exchange_strong(found, kAsking)) {
    SleepWhile(pool->request, found);
    found = kNobody;
  }
  pool->wanted = bytes;
  pool->request = kAsked;
  RingBell();
  while ((found = pool->request) != kAnswered) SleepWhile(pool->request, found);
  void* lent = pool->lent;
  pool->request = kNobody;
  Wake(pool->request, UINT32_MAX);
  return lent;
}

}  // namespace

int64_t PartsFor(double work, double work_of_part) { return std::max<int64_t>(1, std::min<double>(threads, work / work_of_part)); }

void RunParallel(int64_t n, const std::function<void(int64_t)>& f) {
  if (n <= 1) {
    if (n == 1) f(0);
    return;
  }
  if (workers < n - 1) {
    workers = n - 1;
    host_start_workers(static_cast<int32_t>(workers));
  }
  pool->work = &f;
  pool->failure = kNone;
  pool->unfinished = static_cast<int32_t>(n);
  running = true;
  pool->unclaimed = static_cast<int32_t>(n);
  ++pool->turn;
  if (pool->asleep > 0) Wake(pool->turn, static_cast<uint32_t>(n) - 1);
  for (int32_t part; (part = Claim()) >= 0;) {
    in_part = true;
    f(part);
    in_part = false;
    Finish(1);
  }
  WaitForWorkers();
  if (pool->failure == kNoMemory) host_out_of_memory();
  if (pool->failure == kTrap) __builtin_trap();
}

void AbandonWork() {
  if (!running) return;
  Finish(pool->unclaimed.exchange(0) + in_part);
  in_part = false;
  WaitForWorkers();
}

bool InWorker() { return in_worker; }

void* TakeInWorker(uint64_t bytes) {
  void* memory = arena.Take(bytes);
  return memory ? memory : Borrow(bytes);
}

void GiveInWorker(void* memory) {
  if (arena.Holds(memory)) arena.Give(memory);
}

}  // namespace lstm_lab

using namespace lstm_lab;

// Into how many parts a call is cut at most, and whether the thread of the program may sleep while it waits for one.
LSTM_LAB_EXPORT void use_threads(int32_t count, int32_t sleeps) { threads = count, may_sleep = sleeps != 0; }

// What `work` is given in a worker.
LSTM_LAB_EXPORT void* pool_of_program() { return pool; }

// How many parts of calls workers have computed so far.
LSTM_LAB_EXPORT int32_t parts_of_workers() { return pool->helped; }

// The life of a worker, which has these bytes to itself: ends only by an error, after which `fail` is to be called, and then this again.
LSTM_LAB_EXPORT void work(void* pool_of_program, char* memory, uint32_t bytes) {
  pool = static_cast<Pool*>(pool_of_program);
  in_worker = true;
  arena.Set(memory, bytes);
  for (;;) {
    const int32_t turn = pool->turn;
    for (int32_t part; (part = Claim()) >= 0;) {
      (*pool->work)(part);
      ++pool->helped;
      Finish(1);
    }
    for (int looks = 0; looks < kLooks && pool->turn == turn; ++looks) {
    }
    ++pool->asleep;
    SleepWhile(pool->turn, turn);
    --pool->asleep;
  }
}

LSTM_LAB_EXPORT void fail(int32_t has_trapped) {
  pool->failure = has_trapped ? kTrap : kNoMemory;
  Finish(1);
}
