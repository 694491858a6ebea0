#include "runtime/stream.h"

#include <exception>
#include <stdexcept>

#include "runtime/pool.h"

namespace convgrad {
namespace {
constexpr int kSpins = 2000;  // pauses before the stream's thread parks: JavaScript enqueues in bursts
}

Stream::Stream() : tasks_(new Task[kCapacity]), thread_(&Stream::work, this) {}

Stream::~Stream() { stop(); }

Stream::Task& Stream::next_slot() {
  if (stopping_.load(std::memory_order_relaxed)) throw std::runtime_error("the environment is shutting down");
  while (enqueued_ - completed() >= kCapacity) {
    producer_waits_.store(true);
    const uint32_t seen = progress_.load();
    if (enqueued_ - completed() >= kCapacity) progress_.wait(seen);
    producer_waits_.store(false);
  }
  return tasks_[enqueued_ % kCapacity];
}

void Stream::publish() {
  enqueued_++;
  published_.store(static_cast<uint32_t>(enqueued_));  // sequentially consistent: pairs with the consumer's wait
  published_.notify_one();
}

void Stream::work() {
  prepare_compute_thread();
  uint32_t done = 0;
  while (!stopping_.load()) {
    for (int spins = 0; spins < kSpins && published_.load(std::memory_order_acquire) == done; spins++) spin_pause();
    if (published_.load(std::memory_order_acquire) == done) {
      published_.wait(done);
      continue;
    }
    const PoolAwake awake;
    while (published_.load(std::memory_order_acquire) != done && !stopping_.load(std::memory_order_relaxed)) {
      execute(tasks_[done % kCapacity]);
      done++;
      completed_.fetch_add(1, std::memory_order_release);
      progress_.store(done);
      if (producer_waits_.load()) progress_.notify_all();
    }
  }
}

void Stream::execute(Task& task) {
  try {
    task.run(task.closure);
  } catch (const std::exception& error) {
    const std::lock_guard<std::mutex> lock(failure_mutex_);
    if (failure_.empty()) failure_ = std::string(task.name) + ": " + error.what();
  }
}

void Stream::drain() {
  while (completed() != enqueued_) {
    producer_waits_.store(true);
    const uint32_t seen = progress_.load();
    if (completed() != enqueued_) progress_.wait(seen);
    producer_waits_.store(false);
  }
}

void Stream::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true);
  published_.fetch_add(1u << 31);  // any change wakes the thread
  published_.notify_one();
  thread_.join();
}

std::string Stream::take_failure() {
  const std::lock_guard<std::mutex> lock(failure_mutex_);
  std::string failure = std::move(failure_);
  failure_.clear();
  return failure;
}

}  // namespace convgrad
