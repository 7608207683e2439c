// SPDX-License-Identifier: MIT
// Writer: blocks of records to a file. The loop thread fills a block and hands it over through one
// bounded ring; the writer's thread compresses and writes it. A ring that is full, a disk that
// fails or has little room left end the recording, not the run: one line in the log, and the file
// says that it is not whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

// What the loop thread fills. The texts of decisions are made by whoever writes the block.
struct Block {
    Bytes bytes;
    std::uint32_t records = 0;
    std::uint64_t first = 0;  // Number of its first record; they count from 1.
    std::vector<engine::RecorderItem> decisions;
};

struct WriterOptions {
    std::string path;  // What is there is replaced.
    // Without a thread blocks are written in place: a fast run under virtual time cannot outpace
    // it.
    bool is_threaded = true;
    // Some 16 MiB of records wait at most.
    std::size_t blocks_waiting_max = 64;
    // The recording ends where its disk has less free: the journal, which may be on the same one,
    // needs it more.
    std::uint64_t free_bytes_min = 0;
    // In place of the file, for tests; may be empty.
    std::function<Result<void>(BytesView)> write = {};
};

class Writer {
 public:
    // A block is handed over when it has so many bytes, at the next place where it may end.
    static constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;

    [[nodiscard]] static Result<std::unique_ptr<Writer>> open(const WriterOptions& options,
                                                              const Header& header);
    ~Writer();  // As the end of a run that was cut, with what was handed over.
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // All below: loop thread.
    // False once it was ended by a full ring or a disk that fails.
    [[nodiscard]] bool is_on() const;
    [[nodiscard]] Block& block();
    // The block ends here. Never waits.
    void hand_over();
    // A record came after the end.
    void miss();
    // Writes what waits, and the totals; its counts are filled in.
    [[nodiscard]] Result<Totals> close(Totals totals);

 private:
    struct State;
    explicit Writer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::recording
