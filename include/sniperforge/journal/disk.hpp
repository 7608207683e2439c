// SPDX-License-Identifier: MIT
// What may stand between the journal and its file. The daemon has nothing there; a drill has a disk
// that fills up, fails, keeps its writers waiting, and knows what a loss of power would leave.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

// Asked by the thread that writes the journal.
class Disk {
 public:
    virtual ~Disk() = default;
    // Of a write of so many bytes at the offset, how many are taken: fewer are a full disk.
    [[nodiscard]] virtual std::size_t take(std::uint64_t offset, std::size_t bytes) = 0;
    // Everything written so far is to be made durable. False: the disk could not.
    [[nodiscard]] virtual bool sync() = 0;
    // The journal goes on in a new file, of which so many bytes are durable.
    virtual void begin_segment(std::uint64_t /*bytes*/) {}
    // It was accepted, and is written with the next ones.
    virtual void appended(const Record& /*record*/) {}
    // Its oldest segment was deleted.
    virtual void pruned() {}
    // Whoever writes now would wait.
    [[nodiscard]] virtual bool is_stalled() const = 0;
};

}  // namespace sniperforge::journal
