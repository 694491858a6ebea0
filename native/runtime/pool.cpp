#include "runtime/pool.h"

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "runtime/cpu.h"

namespace convgrad {
namespace {

constexpr int kMaxThreads = 256;
constexpr int kWorkerSpins = 4000;   // pauses before a worker parks: some tens of microseconds
constexpr int kCallerSpins = 20000;  // pauses before the caller yields its core to a worker that was preempted
constexpr int kNice = 5;             // below the JavaScript thread, which must win its core whenever it wakes

// One word says everything about the job on offer, so that joining and closing are single atomic steps:
// generation (32 bits) | open (1 bit) | workers that joined (31 bits).
constexpr uint64_t kOpen = uint64_t{1} << 31;
constexpr uint64_t kJoined = kOpen - 1;
constexpr uint32_t generation_of(uint64_t state) { return static_cast<uint32_t>(state >> 32); }

thread_local bool inside_parallel_for = false;

class Pool {
 public:
  Pool() : threads_(initial_threads()) {}

  int threads() const { return threads_.load(std::memory_order_relaxed); }

  void set_threads(int threads) {
    threads_.store(threads < 1 ? 1 : threads > kMaxThreads ? kMaxThreads : threads, std::memory_order_relaxed);
  }

  void run(int64_t count, void (*body)(void*, int64_t), void* context) {
    const int helpers = static_cast<int>(count < threads() ? count : threads()) - 1;
    if (helpers <= 0 || inside_parallel_for) {
      for (int64_t i = 0; i < count; i++) body(context, i);
      return;
    }
    const std::lock_guard<std::mutex> one_job_at_a_time(job_);
    while (workers_ < helpers) add_worker();
    body_ = body;
    context_ = context;
    count_ = count;
    helpers_ = helpers;
    next_.store(0, std::memory_order_relaxed);
    finished_.store(0, std::memory_order_relaxed);
    const uint32_t generation = generation_of(state_.load(std::memory_order_relaxed)) + 1;
    state_.store((uint64_t{generation} << 32) | kOpen);
    wake_.store(generation);
    if (sleepers_.load() > 0) wake_.notify_all();

    run_items();

    const uint64_t joined = state_.fetch_and(~kOpen) & kJoined;  // nobody joins from here on
    for (int spins = 0; finished_.load(std::memory_order_acquire) != joined; spins++) {
      if (spins < kCallerSpins) spin_pause();
      else std::this_thread::yield();
    }
  }

  std::atomic<int> awake{0};  // streams with queued work

 private:
  static int initial_threads() {
    const int available = available_cpus();
    const char* wanted = std::getenv("CONVGRAD_THREADS");
    const long threads = wanted ? std::strtol(wanted, nullptr, 10) : 0;
    return threads >= 1 && threads <= kMaxThreads ? static_cast<int>(threads) : available;
  }

  void add_worker() {
    const int index = workers_++;
    try {
      std::thread(&Pool::work, this, index).detach();
    } catch (const std::system_error&) {
      // The process may have no more threads: those there are share the items.
    }
  }

  void run_items() {
    inside_parallel_for = true;
    for (int64_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) body_(context_, i);
    inside_parallel_for = false;
  }

  void work(int index) {
    prepare_compute_thread();
    uint32_t seen = 0;
    for (;;) {
      uint64_t state = state_.load(std::memory_order_acquire);
      if (generation_of(state) == seen) {
        wait_for_change(seen);
        continue;
      }
      seen = generation_of(state);
      while ((state & kOpen) && generation_of(state) == seen && index < helpers_.load(std::memory_order_relaxed)) {
        if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) continue;
        run_items();
        finished_.fetch_add(1, std::memory_order_release);
        break;
      }
    }
  }

  void wait_for_change(uint32_t seen) {
    for (int spins = 0; spins < kWorkerSpins && awake.load(std::memory_order_relaxed) > 0; spins++) {
      if (generation_of(state_.load(std::memory_order_relaxed)) != seen) return;
      spin_pause();
    }
    sleepers_.fetch_add(1);
    wake_.wait(seen);
    sleepers_.fetch_sub(1);
  }

  std::mutex job_;
  std::atomic<int> threads_;
  int workers_ = 0;
  void (*body_)(void*, int64_t) = nullptr;
  void* context_ = nullptr;
  int64_t count_ = 0;
  std::atomic<int> helpers_{0};
  alignas(64) std::atomic<int64_t> next_{0};
  alignas(64) std::atomic<uint64_t> state_{0};
  alignas(64) std::atomic<uint64_t> finished_{0};
  alignas(64) std::atomic<uint32_t> wake_{0};
  std::atomic<int> sleepers_{0};
};

// Never destroyed: worker threads may outlive every static destructor.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

}  // namespace

int thread_count() { return pool().threads(); }
void set_thread_count(int threads) { pool().set_threads(threads); }

void detail::parallel_for(int64_t count, void (*body)(void*, int64_t), void* context) {
  pool().run(count, body, context);
}

PoolAwake::PoolAwake() { pool().awake.fetch_add(1, std::memory_order_relaxed); }
PoolAwake::~PoolAwake() { pool().awake.fetch_sub(1, std::memory_order_relaxed); }

void prepare_compute_thread() {
  flush_denormals();
#if defined(__linux__)
  // On Linux a nice value belongs to the thread. Failure changes nothing but latency.
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice);
#endif
}

}  // namespace convgrad
