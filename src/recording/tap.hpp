// SPDX-License-Identifier: MIT
// Tap: what crosses the pipeline's edges, into the records of a writer. Told in the order of the
// calls: into the pipeline, out of it to a stage, and from there into it again.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "recording/inputs.hpp"
#include "recording/kinds.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/recording/writer.hpp"

namespace sniperforge::recording {

class Tap {
 public:
    Tap(Writer& writer, const Clock& clock) : writer_{writer}, clock_{clock} {}
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    // The pipeline is at work: what is asked now it asks, and calls of it are its own.
    [[nodiscard]] bool is_inside() const { return is_inside_; }

    // One call of the pipeline, while it lives.
    class Call {
     public:
        template <typename... Args>
        Call(Tap& tap, Kind kind, const Args&... args) : tap_{tap} {
            ArchiveWriter parts{kAsItIs};
            parts(args...);
            tap_.begin(kind, parts.bytes());
        }
        Call(Tap& tap, const ChainUpdate& update, const Trace& trace);
        ~Call() { tap_.end(); }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

     private:
        Tap& tap_;
    };
    // What the pipeline has called is at work, while it lives.
    class Out {
     public:
        Out(Tap& tap, Op op) : tap_{tap} { tap_.leave(op); }
        ~Out() { tap_.come_back(); }
        Out(const Out&) = delete;
        Out& operator=(const Out&) = delete;

     private:
        Tap& tap_;
    };

    // Answers; nothing is kept of those that somebody else was given.
    void mono(MonoTime time);
    void wall(WallTime time);
    void offer(const execute::Offer& offer);
    void own_swaps(std::span<const dex::SwapOutstanding> swaps);
    void number(Kind kind, std::uint64_t value);
    void keys(Kind kind, const std::vector<Pubkey>& keys);

    void decided(engine::RecorderItem item, bool is_taken);

    void stream_opened(std::uint32_t stream, std::string_view host, std::uint16_t port);
    void stream_read(std::uint32_t stream, MonoTime at, BytesView bytes);
    void stream_closed(std::uint32_t stream, std::string_view reason);

 private:
    // A call that is under way.
    struct Level {
        std::array<std::uint32_t, kOps> count{};  // Of what it has called.
        Op op = Op::Watch;                        // Called last.
        bool is_told = false;                     // That something came from inside it.
    };

    void begin(Kind kind, BytesView args);
    void end();
    void leave(Op op);
    void come_back();
    void put(Kind kind, BytesView body);
    void hand_over_if_due();

    Writer& writer_;
    const Clock& clock_;
    std::vector<Level> levels_;
    bool is_inside_ = false;
    MonoTime mono_, handed_over_;  // Of the last record that has one.
    WallTime wall_;
    execute::Offer offer_;
    bool has_offer_ = false;
    std::vector<dex::SwapOutstanding> swaps_;
    Bytes call_, small_, update_;  // Reused.
};

}  // namespace sniperforge::recording
