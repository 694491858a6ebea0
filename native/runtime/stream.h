// An in-order queue of work and the one thread that runs it.
//
// A single producer (the JavaScript thread of one Node environment) enqueues small closures; the stream's thread runs them
// in order. Enqueueing blocks while kCapacity tasks are pending, which bounds how far JavaScript can run ahead.
// The first exception a task throws is kept, with the task's name, until take_failure(); later tasks still run.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <type_traits>

namespace convgrad {

class Stream {
 public:
  static constexpr uint32_t kCapacity = 1024;
  static constexpr size_t kClosureBytes = 448;

  Stream();
  ~Stream();  // stop()

  // `name` must outlive the task. The closure is copied into the queue and never destroyed.
  template <class Closure>
  void enqueue(const char* name, const Closure& closure) {
    static_assert(std::is_trivially_copyable_v<Closure>, "capture plain values: buffers, pointers and numbers");
    static_assert(sizeof(Closure) <= kClosureBytes, "the closure does not fit its slot in the queue");
    Task& task = next_slot();
    task.name = name;
    task.run = [](void* stored) { (*static_cast<Closure*>(stored))(); };
    new (task.closure) Closure(closure);
    publish();
  }

  // Tasks enqueued and tasks completed since the beginning. A block released when `enqueued()` was n is idle
  // once `completed()` has reached n.
  uint64_t enqueued() const { return enqueued_; }
  uint64_t completed() const { return completed_.load(std::memory_order_acquire); }

  // Blocks until everything enqueued so far has run.
  void drain();

  // Drops what has not started, waits for the task in flight, ends the thread. Enqueueing afterwards is an error.
  void stop();

  // The message of the first failure since the last call, or an empty string.
  std::string take_failure();

 private:
  struct alignas(64) Task {
    const char* name;
    void (*run)(void* closure);
    alignas(16) unsigned char closure[kClosureBytes];
  };

  Task& next_slot();
  void publish();
  void work();
  void execute(Task& task);

  std::unique_ptr<Task[]> tasks_;
  uint64_t enqueued_ = 0;                                   // producer only
  alignas(64) std::atomic<uint32_t> published_{0};          // low bits of enqueued_, what the consumer waits on
  alignas(64) std::atomic<uint64_t> completed_{0};
  std::atomic<uint32_t> progress_{0};                       // low bits of completed_, what a blocked producer waits on
  std::atomic<bool> producer_waits_{false};
  std::atomic<bool> stopping_{false};
  std::mutex failure_mutex_;
  std::string failure_;
  std::thread thread_;
};

}  // namespace convgrad
