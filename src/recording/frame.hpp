// SPDX-License-Identifier: MIT
// A frame: one call of the pipeline with all that belongs to it, read from a recording.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "recording/inputs.hpp"
#include "recording/kinds.hpp"
#include "sniperforge/journal/decision_digest.hpp"
#include "sniperforge/recording/reader.hpp"
#include "sniperforge/recording/replay.hpp"

namespace sniperforge::recording {

struct Frame {
    template <typename T>
    struct Queue {
        std::vector<T> values;
        std::size_t next = 0;
        [[nodiscard]] const T* take() { return next < values.size() ? &values[next++] : nullptr; }
    };
    struct Decided {
        Decision decision;
        bool is_taken = false;
    };
    // What came from inside the `count`th call of `op`.
    struct Nested {
        Op op = Op::Watch;
        std::uint32_t count = 0;
        std::vector<Frame> frames;
        bool is_played = false;
    };

    Kind kind = Kind::Tick;
    std::uint64_t number = 0;  // Of its record.
    MonoTime mono;
    WallTime wall;
    Bytes args;
    Queue<std::int64_t> monos, walls;
    std::array<Queue<std::uint64_t>, static_cast<std::size_t>(Kind::AnswerLast) + 1> numbers;
    Queue<execute::Offer> offers;
    Queue<std::vector<Pubkey>> nonces;
    Queue<std::vector<dex::SwapOutstanding>> swaps;
    Queue<Decided> decisions;
    std::vector<Nested> nested;

    // Its own, or of what came meanwhile.
    [[nodiscard]] const Decision* first_decision() const;
};

// A record of the journal that is of somebody else than the pipeline.
struct Beside {
    Decision decision;
    bool is_taken = false;
};

class FrameReader {
 public:
    // Both outlive it. What the file has is counted in the result.
    FrameReader(Reader& reader, ReplayResult& result) : reader_{reader}, result_{result} {}

    // Nothing: the end, or what it ends with is torn; or problem().
    [[nodiscard]] std::optional<std::variant<Frame, Beside>> next();
    // A record is not what it must be, though its checksum is right.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    // Of all that was read, in the order of the journal.
    [[nodiscard]] std::string sha256() const { return digest_.text(); }

 private:
    [[nodiscard]] std::optional<RawRecord> next_record();
    [[nodiscard]] std::optional<Frame> read_frame(const RawRecord& record, unsigned depth);
    [[nodiscard]] bool read_nested(const RawRecord& record, Frame& frame, unsigned depth);
    void read_answer(const RawRecord& record, Frame& frame);
    [[nodiscard]] Frame::Decided read_decided(const RawRecord& record);
    void count_stream(const RawRecord& record);
    void refuse(const RawRecord& record);

    Reader& reader_;
    ReplayResult& result_;
    journal::DecisionDigest digest_;
    std::string problem_;
    MonoTime mono_;
    WallTime wall_;
    execute::Offer offer_;
    std::vector<dex::SwapOutstanding> swaps_;
};

}  // namespace sniperforge::recording
