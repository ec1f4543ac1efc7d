// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

// What every benchmark of a whole program needs: the subject on one CPU, the generator on the
// other, and the subject's CPU time.
namespace dering::bench {

inline constexpr unsigned cpu_of_subject = 0;
inline constexpr unsigned cpu_of_generator = 1;

/// Binds the calling thread, and what it starts, to one CPU.
void pin_to_cpu(unsigned cpu);

/// CPU time that a process and its children have used so far, of all their threads.
std::chrono::nanoseconds cpu_time_of(pid_t pid);
/// Without its children.
std::chrono::nanoseconds own_cpu_time_of(pid_t pid);

/// Time that this machine wanted to run and its host did not let it, since boot.
std::chrono::nanoseconds stolen_time();

/// Datagrams that UDP sockets bound to this port have dropped because their buffer was full.
std::uint64_t dropped_at_port(std::uint16_t port);

/// CPU model, number of CPUs, kernel and compiler: what a reader must know to judge the figures.
std::string machine();

/// One of `values` that the given share of them does not exceed; 0 if there are none. Sorts in
/// part.
double percentile(std::vector<std::uint32_t>& values, double share);

/// A program of its own on the subject's CPU; ends with its owner.
class Subject {
 public:
  /// What it says is thrown away.
  explicit Subject(const std::vector<std::string>& command);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  /// SIGTERM, and waits for its end.
  ~Subject();

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

}  // namespace dering::bench
